/** What was changed here and elsewhere at the same time, one field at a time. */
import { Button, Group, Modal, Radio, Stack, Table, Text } from '@mantine/core'
import { useState } from 'react'
import { t } from '../../strings.en.ts'
import type { Conflict } from './conflict'
import type { Attribute } from './resource'
import { Value } from './Value'

interface Props {
  conflicts: Conflict[]
  attributes: Attribute[]
  onSettle: (giveWay: string[]) => void
  onCancel: () => void
}

export function ConflictDialog({ conflicts, attributes, onSettle, onCancel }: Props) {
  const [choices, setChoices] = useState<Record<string, string>>({})
  const isSettled = conflicts.every(({ slug }) => choices[slug])
  return (
    <Modal opened onClose={onCancel} title={t.conflict.title} size="xl">
      <Stack>
        <Text size="sm">{t.conflict.text}</Text>
        <Table.ScrollContainer minWidth={480}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t.conflict.field}</Table.Th>
                <Table.Th>{t.conflict.before}</Table.Th>
                <Table.Th>{t.conflict.choice}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {conflicts.map(({ slug, mine, theirs, before }) => {
                const attribute = attributes.find((one) => one.slug === slug)
                if (!attribute) return null
                const shown = (value: unknown) => <Value value={value} attribute={attribute} />
                return (
                  <Table.Tr key={slug}>
                    <Table.Th scope="row">{attribute.label}</Table.Th>
                    <Table.Td style={{ overflowWrap: 'anywhere' }}>{shown(before)}</Table.Td>
                    <Table.Td>
                      <Radio.Group aria-label={attribute.label} value={choices[slug] ?? null} onChange={(value) => setChoices({ ...choices, [slug]: value ?? '' })}>
                        <Stack gap="xs">
                          <Radio value="theirs" label={<>{t.conflict.theirs} {shown(theirs)}</>} />
                          <Radio value="mine" label={<>{t.conflict.mine} {shown(mine)}</>} />
                        </Stack>
                      </Radio.Group>
                    </Table.Td>
                  </Table.Tr>
                )
              })}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            {t.common.cancel}
          </Button>
          <Button disabled={!isSettled} onClick={() => onSettle(conflicts.filter(({ slug }) => choices[slug] === 'theirs').map(({ slug }) => slug))}>
            {t.conflict.save}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
