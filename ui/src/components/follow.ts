import type { UseFormReturnType } from '@mantine/form'
import { useEffect } from 'react'

/** Shows what others have stored meanwhile, unless someone has begun to change it here. */
export function useFollow<T extends Record<string, unknown>>(form: UseFormReturnType<T>, stored: T) {
  useEffect(() => {
    if (form.isDirty()) return
    form.setValues(stored)
    form.resetDirty(stored)
  }, [JSON.stringify(stored)])
}
