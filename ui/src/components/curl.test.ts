import { expect, test } from 'vitest'
import { curl, curlWithQuery } from './curl'

test('what is pasted into a shell arrives as it was', () => {
  expect(curl('POST', '/v2/customers', { data: { name: "O'Neill" } }, 'http://x')).toBe(
    `curl -s 'http://x/v2/customers' \\\n  -H "Authorization: Bearer $TOKEN" \\\n  -d '{\n  "data": {\n    "name": "O'\\''Neill"\n  }\n}'`,
  )
  expect(curl('DELETE', '/v2/fields/1', undefined, 'http://x')).toContain("curl -s -X DELETE 'http://x/v2/fields/1'")
  expect(curlWithQuery('/v2/customers', [['filter', 'eq(name,"a")']], 'http://x')).toContain(`--data-urlencode 'filter=eq(name,"a")'`)
})
