import { toJson } from '../api/json'

/** A request as a command that can be pasted into a shell. */
export function curl(method: string, path: string, body?: unknown, origin = window.location.origin): string {
  const lines = [`curl -s${method === 'GET' || method === 'POST' ? '' : ` -X ${method}`} ${shellQuoted(origin + path)}`, `-H "Authorization: Bearer $TOKEN"`]
  if (body !== undefined) lines.push(`-d ${shellQuoted(toJson(body, 2))}`)
  return lines.join(' \\\n  ')
}

/** A GET whose query curl encodes, so that it stays readable. */
export function curlWithQuery(path: string, query: [string, string][], origin = window.location.origin): string {
  const lines = [`curl -s -G ${shellQuoted(origin + path)}`, `-H "Authorization: Bearer $TOKEN"`]
  lines.push(...query.map(([name, value]) => `--data-urlencode ${shellQuoted(`${name}=${value}`)}`))
  return lines.join(' \\\n  ')
}

function shellQuoted(text: string): string {
  return `'${text.replace(/'/g, `'\\''`)}'`
}

export function curlToken(origin = window.location.origin, clientId = '$CLIENT_ID'): string {
  return [
    `TOKEN=$(curl -s ${origin}/oauth/access_token \\`,
    '  -d grant_type=client_credentials \\',
    `  -d client_id=${clientId} \\`,
    `  -d client_secret=$CLIENT_SECRET | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')`,
  ].join('\n')
}
