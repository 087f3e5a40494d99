import { Box, Button, Group, Text } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { t } from '../strings.en.ts'
import { useCopy } from './copy'

export function Copy({ value, label, size = 'xs' }: { value: string; label?: string; size?: string }) {
  const { copied, copy } = useCopy(value)
  return (
    <Button size={size} variant="default" leftSection={copied ? <IconCheck size={14} /> : <IconCopy size={14} />} onClick={copy}>
      {copied ? t.common.copied : (label ?? t.common.copy)}
    </Button>
  )
}

/** A text to read and to copy. */
export function Code({ title, value, wrap = false }: { title: string; value: string; wrap?: boolean }) {
  return (
    <Box>
      <Group justify="space-between" mb={6}>
        <Text size="sm" fw={600}>
          {title}
        </Text>
        <Copy value={value} />
      </Group>
      <pre className="code" data-wrap={wrap || undefined} tabIndex={0} aria-label={title}>
        {value}
      </pre>
    </Box>
  )
}
