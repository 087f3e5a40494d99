import { notifications } from '@mantine/notifications'
import { words } from '../api/errors'
import { t } from '../strings.en.ts'

/** Goes by itself, and what it covers can be clicked meanwhile. */
export const done = (message: string) => notifications.show({ message, color: 'teal', withCloseButton: false })

export const failed = (error: unknown) => notifications.show({ title: t.errors.title, message: words(error), color: 'red', autoClose: 10_000, style: { pointerEvents: 'auto' } })
