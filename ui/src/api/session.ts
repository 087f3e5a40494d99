/**
 * Who is signed in. The secret is sent once and forgotten; the token lives in memory, and in the tab's own
 * storage so that a reload keeps it until it expires.
 */
import { useSyncExternalStore } from 'react'

export interface Session {
  token: string
  /** In milliseconds since 1970. */
  expires: number
  clientId: string
}

type State = { session: Session | null; expired: boolean }

const STORAGE_KEY = 'customary.session'

let state: State = { session: restored(), expired: false }
let timer: ReturnType<typeof setTimeout> | undefined
const listeners = new Set<() => void>()

if (state.session) expireInTime(state.session)

function restored(): Session | null {
  try {
    const session = JSON.parse(sessionStorage.getItem(STORAGE_KEY) ?? 'null') as Session | null
    return session && session.expires > Date.now() ? session : null
  } catch {
    return null
  }
}

function become(next: State) {
  state = next
  if (next.session) sessionStorage.setItem(STORAGE_KEY, JSON.stringify(next.session))
  else sessionStorage.removeItem(STORAGE_KEY)
  for (const listener of listeners) listener()
}

function expireInTime(session: Session) {
  clearTimeout(timer)
  timer = setTimeout(endSession, session.expires - Date.now(), true)
}

export function beginSession(session: Session) {
  expireInTime(session)
  become({ session, expired: false })
}

/** Without a session there is nothing to expire, so a late 401 changes nothing. */
export function endSession(expired: boolean) {
  clearTimeout(timer)
  if (state.session) become({ session: null, expired })
}

export function currentToken(): string | undefined {
  return state.session?.token
}

export function useSession(): State {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => state,
  )
}
