/** Writes what a list shows into a file, page by page. */
import { Alert, Button, Group, Modal, Radio, Stack, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import { words } from '../../api/errors'
import { useUnsavedGuard } from '../../components/guard'
import { done } from '../../components/notes'
import { Working } from '../../components/Working'
import { t } from '../../strings.en.ts'
import { type Format, head, lines, openFile } from './file'
import type { Attribute, Resource } from './resource'
import { pagesOfScope, type Scope } from './scope'

interface Props {
  resource: Resource
  attributes: Attribute[]
  /** Those that are columns, in their order. */
  shown: Attribute[]
  scope: Scope
  onClose: () => void
}

export default function Export({ resource, attributes, shown, scope, onClose }: Props) {
  const [format, setFormat] = useState<Format>('csv')
  const [isAll, setAll] = useState(false)
  const [count, setCount] = useState<number>()
  const [problem, setProblem] = useState<string>()
  const stop = useRef(new AbortController())
  const isWorking = count !== undefined
  useUnsavedGuard(() => isWorking, t.exports.guard)
  useEffect(() => () => stop.current.abort(), [])

  async function run() {
    const chosen = isAll ? attributes : shown
    setProblem(undefined)
    stop.current = new AbortController()
    const { signal } = stop.current
    try {
      const file = await openFile(`${resource.name.replace('entries.', '')}-${new Date().toISOString().slice(0, 10)}`, format)
      if (!file) return
      setCount(0)
      let written = 0
      try {
        await file.write(head(format, chosen))
        for await (const records of pagesOfScope(resource, scope, signal)) {
          if (signal.aborted) break
          await file.write(lines(format, chosen, records))
          written += records.length
          setCount(written)
        }
      } catch (error) {
        await file.abort()
        if (signal.aborted) return
        throw error
      }
      if (signal.aborted) return await file.abort()
      await file.close()
      // Lists of strict stores end where their offsets do.
      if (written < scope.count) return setProblem(t.exports.short(written, scope.count))
      done(t.exports.done(written))
      onClose()
    } catch (error) {
      setProblem(words(error))
    } finally {
      setCount(undefined)
    }
  }

  return (
    <Modal opened onClose={() => isWorking || onClose()} title={t.exports.title(scope.count)} withCloseButton={!isWorking}>
      {isWorking ? (
        <Working title={t.exports.writing} count={count} all={scope.count} onStop={() => stop.current.abort()} />
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault()
            void run()
          }}
        >
          <Stack>
            <Text size="sm">{scope.isSelection ? t.exports.ofSelection : t.exports.ofList}</Text>
            <Radio.Group label={t.exports.format} value={format} onChange={(value) => setFormat(value as Format)}>
              <Stack gap="xs" mt={6}>
                <Radio value="csv" label={t.exports.csv} description={t.exports.csvHint} data-autofocus />
                <Radio value="jsonl" label={t.exports.jsonl} description={t.exports.jsonlHint} />
              </Stack>
            </Radio.Group>
            <Radio.Group label={t.exports.what} value={isAll ? 'all' : 'shown'} onChange={(value) => setAll(value === 'all')}>
              <Stack gap="xs" mt={6}>
                <Radio value="shown" label={t.exports.shown(shown.length)} />
                <Radio value="all" label={t.exports.all(attributes.length)} />
              </Stack>
            </Radio.Group>
            {problem && (
              <Alert color="yellow" icon={<IconAlertTriangle />} role="alert">
                {problem}
              </Alert>
            )}
            <Group justify="flex-end">
              <Button variant="default" onClick={onClose}>
                {t.common.cancel}
              </Button>
              <Button type="submit">{t.exports.open}</Button>
            </Group>
          </Stack>
        </form>
      )}
    </Modal>
  )
}
