/**
 * Beside the exit codes of processes (runtime/process/exit-code.ts): the command did its work, and found something that
 * somebody must look at.
 */
export const attention = 6
