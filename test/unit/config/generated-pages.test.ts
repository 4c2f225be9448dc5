// The generated files, pages of docs/ and the chart's values schema, are what their tables say.
import t from 'tap'
import { generatedPages, writtenPage } from '../../../tools/generate-docs.ts'

for (const [file, generate] of Object.entries(generatedPages)) {
  t.test(`the committed ${file} is the generated one`, async (t) => {
    t.equal(await writtenPage(file), generate(), 'npm run generate-docs writes it')
  })
}
