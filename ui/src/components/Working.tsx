import { Button, Group, Progress, Stack, Text } from '@mantine/core'
import { t } from '../strings.en.ts'

/** How far something is that takes its time, and the way to stop it. */
export function Working({ title, count, all, onStop }: { title: string; count: number; all: number; onStop: () => void }) {
  return (
    <Stack>
      <Text size="sm" role="status">
        {title} {t.common.progress(count, all)}
      </Text>
      <Progress value={all > 0 ? (100 * count) / all : 100} aria-label={title} />
      <Group justify="flex-end">
        <Button variant="default" onClick={onStop}>
          {t.common.stop}
        </Button>
      </Group>
    </Stack>
  )
}
