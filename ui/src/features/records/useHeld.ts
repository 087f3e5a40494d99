/** What someone is changing, held here until the address of the list says it too, which takes it some moments. */
import { useDebouncedCallback } from '@mantine/hooks'
import { useEffect, useRef, useState } from 'react'
import { same } from './values'

/** How long typing has to pause before a list is asked. */
const PAUSE_MS = 300

export function useHeld<T>(value: T, onChange: (value: T) => void) {
  const [held, setHeld] = useState(value)
  const told = useRef(value)
  const tell = useDebouncedCallback((next: T) => {
    told.current = next
    onChange(next)
  }, PAUSE_MS)
  // The address of a list changes by other ways too, such as by a view.
  useEffect(() => {
    if (same(value, told.current)) return
    told.current = value
    tell.cancel()
    setHeld(value)
  }, [value])

  function change(next: T, isTyping: boolean) {
    setHeld(next)
    tell(next)
    if (!isTyping) tell.flush()
  }
  return { held, change, flush: () => tell.flush() }
}
