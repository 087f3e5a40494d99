import { Group, List, Paper, Select, Text, TextInput, ThemeIcon, Title } from '@mantine/core'
import { IconCheck, IconQuestionMark, IconX } from '@tabler/icons-react'
import { useState } from 'react'
import type { Rule } from '../../api/client'
import { t } from '../../strings.en.ts'
import { type FieldType, tryValue, YES_OR_NO } from './rules'

/** A value to try the rules on, before anyone has to live with them. */
export function TestBox({ type, rules, required }: { type: FieldType; rules: Rule[]; required: boolean }) {
  const [typed, setTyped] = useState('')
  const verdicts = tryValue(type, rules, required, typed)
  return (
    <Paper withBorder p="md">
      <Title order={2} mb="xs">
        {t.testBox.title}
      </Title>
      {type === 'boolean' ? (
        <Select label={t.testBox.value} data={YES_OR_NO} value={typed || null} onChange={(value) => setTyped(value ?? '')} clearable clearButtonProps={{ 'aria-label': t.common.clear }} />
      ) : (
        <TextInput label={t.testBox.value} value={typed} onChange={(event) => setTyped(event.currentTarget.value)} />
      )}
      <List mt="sm" spacing={6} size="sm" listStyleType="none" aria-live="polite" aria-label={t.testBox.verdicts}>
        {verdicts.map(({ rule, passes }) => (
          <List.Item key={rule}>
            <Group gap={8} wrap="nowrap" align="flex-start">
              <Mark passes={passes} />
              <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
                {passes === undefined ? t.testBox.unknown(rule) : rule}
              </Text>
            </Group>
          </List.Item>
        ))}
      </List>
    </Paper>
  )
}

function Mark({ passes }: { passes: boolean | undefined }) {
  const label = passes === undefined ? t.testBox.cannotTell : passes ? t.testBox.passes : t.testBox.fails
  return (
    <ThemeIcon size={20} radius="xl" color={passes === undefined ? 'gray' : passes ? 'teal' : 'red'} role="img" aria-label={label}>
      {passes === undefined ? <IconQuestionMark size={13} aria-hidden /> : passes ? <IconCheck size={13} aria-hidden /> : <IconX size={13} aria-hidden />}
    </ThemeIcon>
  )
}
