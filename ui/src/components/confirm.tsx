import { Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { modals } from '@mantine/modals'
import { type ReactNode, useState } from 'react'
import { words } from '../api/errors'
import { t } from '../strings.en.ts'

interface Question {
  title: string
  text: ReactNode
  confirm: string
  /** What has to be typed first, where the loss would be large. */
  typed?: string
  /** Can tell meanwhile how far it is, and is to stop when it is asked to. */
  act: (tell: (text: string) => void, signal: AbortSignal) => Promise<unknown>
}

/** Asks before something is lost for good, and stays open with the reason when it was refused. */
export function confirmLoss(question: Question) {
  const stop = new AbortController()
  const id = modals.open({ title: question.title, onClose: () => stop.abort(), children: <Confirm question={question} signal={stop.signal} close={() => modals.close(id)} /> })
}

function Confirm({ question, signal, close }: { question: Question; signal: AbortSignal; close: () => void }) {
  const [typed, setTyped] = useState('')
  const [busy, setBusy] = useState(false)
  const [progress, setProgress] = useState<string>()
  const [problem, setProblem] = useState<string>()
  async function act() {
    setBusy(true)
    setProblem(undefined)
    try {
      await question.act(setProgress, signal)
      close()
    } catch (error) {
      setProblem(words(error))
      setProgress(undefined)
      setBusy(false)
    }
  }
  return (
    <Stack>
      <Text size="sm" component="div">
        {question.text}
      </Text>
      {question.typed && (
        <TextInput label={t.common.typeToConfirm(question.typed)} value={typed} onChange={(event) => setTyped(event.currentTarget.value)} data-autofocus />
      )}
      {progress && (
        <Text size="sm" role="status">
          {progress}
        </Text>
      )}
      {problem && (
        <Text size="sm" c="var(--mantine-color-error)" role="alert">
          {problem}
        </Text>
      )}
      <Group justify="flex-end">
        <Button variant="default" onClick={close}>
          {progress === undefined ? t.common.cancel : t.common.stop}
        </Button>
        <Button color="red" loading={busy} disabled={question.typed !== undefined && typed !== question.typed} onClick={act}>
          {question.confirm}
        </Button>
      </Group>
    </Stack>
  )
}
