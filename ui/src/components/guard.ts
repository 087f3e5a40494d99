import { modals } from '@mantine/modals'
import { useBlocker } from '@tanstack/react-router'
import { t } from '../strings.en.ts'

/** Asks before someone leaves a form with changes in it, be it for another page or another site. */
export function useUnsavedGuard(isDirty: () => boolean) {
  useBlocker({
    enableBeforeUnload: isDirty,
    shouldBlockFn: ({ current, next }) => {
      if (current.pathname === next.pathname || !isDirty()) return false
      return new Promise<boolean>((resolve) => {
        modals.openConfirmModal({
          title: t.guard.title,
          children: t.guard.text,
          labels: { confirm: t.guard.leave, cancel: t.guard.stay },
          confirmProps: { color: 'red' },
          onConfirm: () => resolve(false),
          onCancel: () => resolve(true),
          onClose: () => resolve(true),
        })
      })
    },
  })
}
