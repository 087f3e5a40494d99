import { modals } from '@mantine/modals'
import { useBlocker } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { t } from '../strings.en.ts'

type Words = typeof t.guard

interface Guard {
  isDirty: () => boolean
  words: Words
}

const guards = new Set<{ current: Guard }>()

/** Asks before someone leaves a form with changes in it, or work that is not done, be it for another page or another site. */
export function useUnsavedGuard(isDirty: () => boolean, words: Words = t.guard) {
  const guard = useRef<Guard>({ isDirty, words })
  guard.current = { isDirty, words }
  useEffect(() => {
    guards.add(guard)
    return () => void guards.delete(guard)
  }, [])
  useBlocker({
    enableBeforeUnload: isDirty,
    shouldBlockFn: async ({ current, next }) => current.pathname !== next.pathname && isDirty() && !(await ask(words)),
  })
}

/** Whether nothing is lost when all that is shown goes at once, or someone has said that it may. */
export async function mayLeave(): Promise<boolean> {
  const guard = [...guards].find(({ current }) => current.isDirty())
  return !guard || ask(guard.current.words)
}

function ask({ title, text, leave, stay }: Words): Promise<boolean> {
  return new Promise((resolve) => {
    modals.openConfirmModal({
      title,
      children: text,
      labels: { confirm: leave, cancel: stay },
      confirmProps: { color: 'red' },
      onConfirm: () => resolve(true),
      onCancel: () => resolve(false),
      onClose: () => resolve(false),
    })
  })
}
