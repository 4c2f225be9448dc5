/** The key of an operator, tried before it is kept. */

import { useState } from 'preact/hooks'

import { ask, forgetKey, keepKey, type Refusal } from './ask.ts'

export const SignIn = ({ onSignedIn }: { onSignedIn: () => void }) => {
  const [refusal, setRefusal] = useState<string>()
  const signIn = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault()
    const field = (event.currentTarget as HTMLFormElement).elements.namedItem('key') as HTMLInputElement
    keepKey(field.value.trim())
    await ask({ query: '{ cluster { role } }' }, AbortSignal.timeout(10_000)).then(
      onSignedIn,
      (error: unknown) => {
        forgetKey()
        setRefusal((error as Refusal).message)
      },
    )
  }
  return (
    <form class="card sign-in" onSubmit={(event) => void signIn(event)}>
      <h1>Sign in</h1>
      <label for="key">Operator's key</label>
      <input id="key" name="key" type="password" autocomplete="off" required spellcheck={false} />
      <button type="submit">Sign in</button>
      {refusal !== undefined && (
        <p class="refusal" role="alert">
          {refusal}
        </p>
      )}
      <p class="quiet">
        <code>npm run troupe -- keys create --role viewer --name "your name"</code> prints one. It is kept
        until this tab is closed.
      </p>
    </form>
  )
}
