/** The rules of a field, an editor for each kind. */
import { ActionIcon, Alert, Autocomplete, Button, Checkbox, Fieldset, Group, NumberInput, SegmentedControl, SimpleGrid, Stack, Text, TextInput } from '@mantine/core'
import { IconPlus, IconX } from '@tabler/icons-react'
import { useState } from 'react'
import { SortableList } from '../../components/Sortable'
import { t } from '../../strings.en.ts'
import { useFlows } from '../flows/flows'
import { FORMATS, type FieldType, type Format, type RuleDraft } from './rules'

interface Props {
  type: FieldType
  rules: RuleDraft
  onChange: (rules: RuleDraft) => void
  error?: string
}

export function RuleEditors({ type, rules, onChange, error }: Props) {
  const set = (change: Partial<RuleDraft>) => onChange({ ...rules, ...change })
  if (type === 'boolean') return <Text c="dimmed">{t.rules.none}</Text>
  if (type === 'relationship') return <Target rules={rules} set={set} error={error} />
  return (
    <Stack gap="lg">
      {error && (
        <Alert color="red" role="alert">
          {error}
        </Alert>
      )}
      <Choices type={type} choices={rules.choices} onChange={(choices) => set({ choices })} />
      {type === 'string' ? <Texts rules={rules} set={set} /> : <Amounts type={type} rules={rules} set={set} />}
      <Text size="sm" c="dimmed">
        {t.rules.combine}
      </Text>
    </Stack>
  )
}

function Choices({ type, choices, onChange }: { type: FieldType; choices: string[]; onChange: (choices: string[]) => void }) {
  const [typed, setTyped] = useState('')
  const isNew = typed !== '' && !choices.includes(typed)
  function add() {
    if (!isNew) return
    onChange([...choices, typed])
    setTyped('')
  }
  return (
    <Fieldset legend={t.rules.choices}>
      <Stack gap="sm">
        {choices.length > 0 && (
          <SortableList items={choices} idOf={(choice) => choice} labelOf={(choice) => choice} onOrder={onChange} gap={4}>
            {(choice) => (
              <Group gap="xs" wrap="nowrap" justify="space-between">
                <Text size="sm" className="mono" style={{ overflowWrap: 'anywhere' }}>
                  {choice}
                </Text>
                <ActionIcon variant="subtle" color="gray" aria-label={t.rules.removeChoice(choice)} onClick={() => onChange(choices.filter((other) => other !== choice))}>
                  <IconX size={16} />
                </ActionIcon>
              </Group>
            )}
          </SortableList>
        )}
        <Group gap="xs" align="flex-end" wrap="nowrap">
          <TextInput
            flex={1}
            label={t.rules.newChoice}
            description={choices.length === 0 ? t.rules.choicesHint : undefined}
            inputMode={type === 'integer' || type === 'float' ? 'decimal' : undefined}
            placeholder={type === 'date' ? '2026-12-24' : undefined}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Enter') return
              event.preventDefault()
              add()
            }}
          />
          <Button variant="default" leftSection={<IconPlus size={16} />} disabled={!isNew} onClick={add}>
            {t.rules.addChoice}
          </Button>
        </Group>
      </Stack>
    </Fieldset>
  )
}

function Texts({ rules, set }: { rules: RuleDraft; set: (change: Partial<RuleDraft>) => void }) {
  return (
    <>
      <Checkbox.Group label={t.rules.formats} value={rules.formats} onChange={(formats) => set({ formats: formats as Format[] })}>
        <Group mt={6}>
          {FORMATS.map((format) => (
            <Checkbox key={format} value={format} label={t.rules.format[format]} />
          ))}
        </Group>
      </Checkbox.Group>
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <NumberInput label={t.rules.minLength} min={0} max={65535} allowDecimal={false} value={rules.minLength} onChange={(value) => set({ minLength: String(value) })} />
        <NumberInput label={t.rules.maxLength} min={0} max={65535} allowDecimal={false} value={rules.maxLength} onChange={(value) => set({ maxLength: String(value) })} />
      </SimpleGrid>
      <TextInput label={t.rules.pattern} description={t.rules.patternHint} classNames={{ input: 'mono' }} spellCheck={false} placeholder="^[A-Z]{2}-[0-9]{4}$" value={rules.pattern} onChange={(event) => set({ pattern: event.currentTarget.value })} />
    </>
  )
}

function Amounts({ type, rules, set }: { type: FieldType; rules: RuleDraft; set: (change: Partial<RuleDraft>) => void }) {
  const { ranges } = rules
  const change = (index: number, side: 'from' | 'to', value: string) => set({ ranges: ranges.map((range, at) => (at === index ? { ...range, [side]: value } : range)) })
  return (
    <>
      <Fieldset legend={t.rules.ranges}>
        <Stack gap="sm">
          {ranges.map((range, index) => (
            <Group key={index} gap="xs" align="flex-end" wrap="nowrap">
              <Bound type={type} label={t.rules.from} value={range.from} onChange={(value) => change(index, 'from', value)} />
              <Bound type={type} label={t.rules.to} value={range.to} onChange={(value) => change(index, 'to', value)} />
              <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t.rules.removeRange(index + 1)} onClick={() => set({ ranges: ranges.filter((_, at) => at !== index) })}>
                <IconX size={16} />
              </ActionIcon>
            </Group>
          ))}
          <Group>
            <Button variant="default" size="xs" leftSection={<IconPlus size={14} />} onClick={() => set({ ranges: [...ranges, { from: '', to: '' }] })}>
              {t.rules.addRange}
            </Button>
          </Group>
        </Stack>
      </Fieldset>
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <Bound type={type} label={t.rules.min} value={rules.min} onChange={(min) => set({ min })} />
        <Bound type={type} label={t.rules.max} value={rules.max} onChange={(max) => set({ max })} />
      </SimpleGrid>
    </>
  )
}

function Bound({ type, label, value, onChange }: { type: FieldType; label: string; value: string; onChange: (value: string) => void }) {
  if (type === 'date') return <TextInput flex={1} label={label} placeholder="2026-12-24" value={value} onChange={(event) => onChange(event.currentTarget.value)} />
  return <NumberInput flex={1} label={label} allowDecimal={type === 'float'} value={value} onChange={(next) => onChange(String(next))} />
}

function Target({ rules, set, error }: { rules: RuleDraft; set: (change: Partial<RuleDraft>) => void; error?: string }) {
  const flows = useFlows()
  const known = [...new Set(['customers', ...(flows.data ?? []).map((flow) => flow.slug), 'product'])]
  return (
    <Stack>
      <div>
        <Text size="sm" fw={500} mb={4} id="cardinality">
          {t.rules.cardinality}
        </Text>
        <SegmentedControl
          aria-labelledby="cardinality"
          value={rules.many ? 'many' : 'one'}
          onChange={(value) => set({ many: value === 'many' })}
          data={[
            { value: 'one', label: t.rules.one },
            { value: 'many', label: t.rules.many },
          ]}
        />
      </div>
      <Autocomplete label={t.rules.target} description={t.rules.targetHint} data={known} value={rules.to} onChange={(to) => set({ to })} error={error} required />
    </Stack>
  )
}
