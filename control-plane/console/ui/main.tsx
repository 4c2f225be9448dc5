/** The console: who signs in sees its pages, each with an address of its own. */

import { render } from 'preact'
import { useEffect, useState } from 'preact/hooks'

import { ActorsPage } from './actors.tsx'
import { forgetKey, keptKey } from './ask.ts'
import { OverviewPage } from './overview.tsx'
import { PartitionsPage } from './partitions.tsx'
import { SignIn } from './sign-in.tsx'

const pages = [
  { path: '#/', name: 'Overview', Page: OverviewPage },
  { path: '#/actors', name: 'Actors', Page: ActorsPage },
  { path: '#/partitions', name: 'Partitions', Page: PartitionsPage },
] as const

const useAddress = (): string => {
  const [hash, setHash] = useState(location.hash || '#/')
  useEffect(() => {
    const follow = (): void => {
      setHash(location.hash || '#/')
    }
    addEventListener('hashchange', follow)
    return () => {
      removeEventListener('hashchange', follow)
    }
  }, [])
  return hash
}

const themes = ['system', 'light', 'dark'] as const
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

const Console = () => {
  const [signedIn, setSignedIn] = useState(keptKey() !== null)
  const address = useAddress()
  const { theme, next } = useTheme()
  const page = pages.find(({ path }) => path === address)
  useEffect(() => {
    document.title = `${page?.name ?? 'Nothing here'} · Troupe`
  }, [page])
  return (
    <>
      <a class="skip" href="#content" onClick={skip}>
        Skip to content
      </a>
      <header>
        <strong class="brand">Troupe</strong>
        {signedIn && (
          <nav aria-label="Pages">
            {pages.map(({ path, name }) => (
              <a key={path} href={path} aria-current={path === address ? 'page' : undefined}>
                {name}
              </a>
            ))}
          </nav>
        )}
        <span class="tools">
          <button type="button" onClick={next} aria-label={`Colours: ${theme}. Change`}>
            {{ system: 'Auto', light: 'Light', dark: 'Dark' }[theme]}
          </button>
          {signedIn && (
            <button
              type="button"
              onClick={() => {
                forgetKey()
                setSignedIn(false)
              }}
            >
              Sign out
            </button>
          )}
        </span>
      </header>
      <main id="content" tabIndex={-1}>
        {!signedIn ? (
          <SignIn onSignedIn={() => setSignedIn(true)} />
        ) : page === undefined ? (
          <p class="state">
            There is no page here. <a href="#/">Overview</a>
          </p>
        ) : (
          <>
            <h1>{page.name}</h1>
            <page.Page key={theme} />
          </>
        )}
      </main>
    </>
  )
}

/** Addresses behind # are the pages' own. */
const skip = (event: Event): void => {
  event.preventDefault()
  document.getElementById('content')?.focus()
}

const place = document.getElementById('console')
if (place !== null) render(<Console />, place)
