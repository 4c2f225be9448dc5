/** The console: who signs in sees its pages, each with an address of its own. */

import { Fragment, render } from 'preact'
import { useEffect, useState } from 'preact/hooks'

import './style/index.css'
import { hrefOf, useAddress } from './address.ts'
import { ask, forgetKey, keptKey } from './ask.ts'
import { word } from './format.ts'
import { hangUp, useConnection, type Connection } from './live.ts'
import { useRebalanceFeed } from './rebalances.tsx'
import { Badge, SelfContext, type Self } from './page.tsx'
import type { Tone } from './tone.ts'
import { pageOf, sections } from './routes.tsx'
import { SignIn } from './sign-in.tsx'
import { SteerHost } from './steer/steer-button.tsx'

const themes = ['system', 'light', 'dark'] as const
const themeWords = { system: 'Auto', light: 'Light', dark: 'Dark' } as const
const themeName = 'troupe-theme'

const useTheme = () => {
  const [theme, setTheme] = useState(
    themes.find((one) => one === localStorage.getItem(themeName)) ?? 'system',
  )
  useEffect(() => {
    document.documentElement.dataset['theme'] = theme
    localStorage.setItem(themeName, theme)
  }, [theme])
  return { theme, next: () => setTheme(themes[(themes.indexOf(theme) + 1) % themes.length] ?? 'system') }
}

/** Whose key it is; asked again where nobody answered. */
const useSelf = (signedIn: boolean): Self | undefined => {
  const [self, setSelf] = useState<Self>()
  useEffect(() => {
    if (!signedIn) return setSelf(undefined)
    const leaving = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    const askAgain = (): void => {
      ask<{ readonly cluster: Self }>({ query: '{ cluster { keyName role } }' }, leaving.signal).then(
        ({ cluster }) => setSelf(cluster),
        () => {
          if (!leaving.signal.aborted) timer = setTimeout(askAgain, 2_000)
        },
      )
    }
    askAgain()
    return () => {
      leaving.abort()
      clearTimeout(timer)
    }
  }, [signedIn])
  return self
}

const Console = () => {
  const [signedIn, setSignedIn] = useState(keptKey() !== null)
  const self = useSelf(signedIn)
  useRebalanceFeed(signedIn)
  const address = useAddress()
  const { theme, next } = useTheme()
  const Page = pageOf(address)
  return (
    <SelfContext.Provider value={self}>
      <a class="skip" href="#content" onClick={skip}>
        Skip to content
      </a>
      <header>
        <strong class="brand">Troupe</strong>
        <span class="tools">
          {signedIn && <Sign />}
          {self && (
            <span class="quiet">
              {self.keyName}, {word(self.role)}
            </span>
          )}
          <button type="button" onClick={next} aria-label={`Colours: ${themeWords[theme]}. Change`}>
            {themeWords[theme]}
          </button>
          {signedIn && (
            <button
              type="button"
              onClick={() => {
                forgetKey()
                hangUp()
                setSignedIn(false)
              }}
            >
              Sign out
            </button>
          )}
        </span>
      </header>
      <div class={signedIn ? 'frame' : undefined}>
        {signedIn && <Navigation first={address.path[0] ?? ''} />}
        <main id="content" tabIndex={-1}>
          {!signedIn ? (
            <SignIn onSignedIn={() => setSignedIn(true)} />
          ) : Page === undefined ? (
            <p class="state">
              There is no page here. <a href={hrefOf([])}>Overview</a>
            </p>
          ) : (
            <SteerHost>
              <Page key={`${theme}/${address.path.join('/')}`} address={address} />
            </SteerHost>
          )}
        </main>
      </div>
    </SelfContext.Provider>
  )
}

const signs: Readonly<Record<Connection, readonly [tone: Tone, says: string]>> = {
  live: ['good', 'It is told of changes as they happen.'],
  polling: ['quiet', 'It asks again every two seconds.'],
  away: ['bad', 'The control plane does not answer: what is shown is from before.'],
}

const Sign = () => {
  const connection = useConnection()
  const [tone, says] = signs[connection]
  return (
    <span role="status" aria-label="Connection" title={says}>
      <Badge tone={tone}>{connection}</Badge>
    </span>
  )
}

const Navigation = ({ first }: { first: string }) => (
  <nav class="sections" aria-label="Pages">
    {sections.map(
      ({ path, name, heading }) =>
        name !== undefined && (
          <Fragment key={path}>
            {heading !== undefined && <span class="heading">{heading}</span>}
            <a href={hrefOf([path].filter(Boolean))} aria-current={path === first ? 'page' : undefined}>
              {name}
            </a>
          </Fragment>
        ),
    )}
  </nav>
)

/** Addresses behind # are the pages' own. */
const skip = (event: Event): void => {
  event.preventDefault()
  document.getElementById('content')?.focus()
}

const place = document.getElementById('console')
if (place !== null) render(<Console />, place)
