// docs/configuration.md is what the option table says.
import t from 'tap'
import { configurationPage, writtenPage } from '../../../tools/generate-docs.ts'

t.test('the committed page is the generated one', async (t) => {
  t.equal(await writtenPage(), configurationPage(), 'npm run generate-docs writes it')
})
