import { MantineProvider } from '@mantine/core'
import { ModalsProvider } from '@mantine/modals'
import { Notifications } from '@mantine/notifications'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { useEffect } from 'react'
import { Failure } from './api/errors'
import { useSession } from './api/session'
import { SignIn, SignInAgain } from './features/session/SignIn'
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

/** Whose session expired stays where they are, with what they have typed, and signs in on top of it. */
function Entrance() {
  const { session, expired } = useSession()
  const isOut = !session && !expired
  // The next one to sign in may be of another store.
  useEffect(() => (isOut ? queries.clear() : undefined), [isOut])
  if (isOut) return <SignIn />
  return (
    <>
      <RouterProvider router={router} />
      {!session && <SignInAgain onSignedIn={() => queries.invalidateQueries()} />}
    </>
  )
}
