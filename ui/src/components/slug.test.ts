import { expect, test } from 'vitest'
import { slugFrom } from './slug'

test('a slug says what the name says', () => {
  expect(slugFrom('Delivery Details', '_')).toBe('delivery_details')
  expect(slugFrom('  Größe (cm) ', '_')).toBe('grosse_cm')
  expect(slugFrom('Wish lists', '-')).toBe('wish-lists')
  expect(slugFrom('Prénom & nom', '-')).toBe('prenom-nom')
  expect(slugFrom('日本', '_')).toBe('')
})
