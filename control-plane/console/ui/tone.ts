/** What a colour says, which a word beside it says too. */
export type Tone = 'good' | 'busy' | 'bad' | 'quiet'
