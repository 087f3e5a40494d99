import { MantineProvider } from '@mantine/core'
import { ModalsProvider, modals } from '@mantine/modals'
import { Notifications } from '@mantine/notifications'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { storeOf } from './api/client'
import { Failure } from './api/errors'
import { beginSession, type Session, useSession } from './api/session'
import { SignIn, SignInAgain } from './features/session/SignIn'
import { settingsQuery } from './features/session/store'
import { router } from './router'
import { t } from './strings.en.ts'
import { colorScheme, contrast, theme } from './theme'

/** The nonce of this answer, by which the policy of the page knows the styles that the libraries add. */
const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? ''
Object.assign(globalThis, { __webpack_nonce__: nonce })

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // What was refused will be refused again; a server that is restarting will not.
      retry: (count, error) => !(error instanceof Failure && error.status < 500) && count < 2,
    },
  },
})

export function App() {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={contrast} defaultColorScheme={colorScheme} getStyleNonce={() => nonce}>
      <QueryClientProvider client={queries}>
        <ModalsProvider labels={{ confirm: t.common.confirm, cancel: t.common.cancel }}>
          <Notifications position="top-center" containerWidth={360} style={{ pointerEvents: 'none' }} />
          <Entrance />
        </ModalsProvider>
      </QueryClientProvider>
    </MantineProvider>
  )
}

/** What a form was begun with, which must not change under someone's hands. */
const HELD = ['record', 'field']

/** Whose session expired stays where they are, with what they have typed, and signs in on top of it. */
function Entrance() {
  const { session, expired } = useSession()
  const [round, setRound] = useState(0)
  const isOut = !session && !expired
  // The next one to sign in may be of another store.
  useEffect(() => (isOut ? queries.clear() : undefined), [isOut])

  async function goOn(session: Session) {
    const known = queries.getQueryData<Awaited<ReturnType<typeof settingsQuery.queryFn>>>(settingsQuery.queryKey)
    const isSame = known?.data.id === (await storeOf(session))
    beginSession(session)
    if (isSame) return queries.invalidateQueries({ predicate: ({ queryKey }) => !HELD.includes(String(queryKey[0])) })
    // What was begun in one store must not end in another.
    modals.closeAll()
    queries.clear()
    setRound(round + 1)
    await router.navigate({ to: '/', ignoreBlocker: true })
  }

  if (isOut) return <SignIn />
  return (
    <>
      <RouterProvider key={round} router={router} />
      {!session && <SignInAgain onSession={goOn} />}
    </>
  )
}
