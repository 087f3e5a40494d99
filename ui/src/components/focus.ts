import { type RefObject, useEffect } from 'react'

/** Gives the focus back when what was opened is gone: to what had it before or, if that is gone too, to `instead`. */
export function useFocusBack(isOpen: boolean, instead: RefObject<HTMLElement | null>) {
  useEffect(() => {
    if (!isOpen) return
    const opener = document.activeElement
    return () => (opener instanceof HTMLElement && opener !== document.body && opener.isConnected ? opener : instead.current)?.focus()
  }, [isOpen])
}
