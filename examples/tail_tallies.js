// Reads `lantoa.tallies` from its beginning, keeps the latest row of every cell, and prints them as JSON lines.
//
//     npm install kafkajs lz4-napi
//     node tail_tallies.js reader.properties
//
// The file says where the brokers are and who asks, in Kafka's own form; `lantoa up` writes one for readers,
// kafka/reader.properties in its data folder. A group of such a reader has to begin with `reader-`.
// Without the `done()`, it would go on with every change.
const { readFileSync } = require('node:fs')
const { CompressionCodecs, CompressionTypes, Kafka, logLevel } = require('kafkajs')
const { decompressFrame } = require('lz4-napi')

const topic = 'lantoa.tallies'
CompressionCodecs[CompressionTypes.LZ4] = () => ({ decompress: decompressFrame }) // what the brokers keep is lz4

async function main(file) {
  const kafka = new Kafka({ ...connection(file), logLevel: logLevel.ERROR })
  const left = await partitionsWithRows(kafka)
  const consumer = kafka.consumer({ groupId: `reader-tail-${process.pid}-${Date.now()}` }) // kafkajs needs a group: one of our own
  const cells = new Map()
  const allRead = new Promise((done) => {
    if (!left.size) done()
    consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => {
      if (payload.offsetLag === '0') left.delete(payload.partition)
      if (!left.size) done()
    })
  })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  await consumer.run({
    autoCommit: false,
    eachMessage: async ({ message }) => {
      if (message.value === null) cells.delete(message.key.toString()) // the cell is empty now
      else cells.set(message.key.toString(), message.value.toString())
    },
  })
  await allRead
  await consumer.disconnect()
  for (const key of [...cells.keys()].sort()) console.log(cells.get(key))
}

function connection(file) {
  const lines = readFileSync(file, 'utf8').split('\n').filter((line) => line.includes('=') && !line.startsWith('#'))
  const stated = Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]))
  const protocol = stated['security.protocol'] ?? 'PLAINTEXT'
  const account = {
    mechanism: stated['sasl.mechanism']?.toLowerCase(),
    username: stated['sasl.username'],
    password: stated['sasl.password'],
  }
  return {
    brokers: stated['bootstrap.servers'].split(','),
    ssl: protocol.endsWith('SSL'),
    sasl: protocol.startsWith('SASL') ? account : undefined,
  }
}

async function partitionsWithRows(kafka) {
  const admin = kafka.admin()
  await admin.connect()
  const offsets = await admin.fetchTopicOffsets(topic)
  await admin.disconnect()
  return new Set(offsets.filter(({ low, high }) => low !== high).map(({ partition }) => partition))
}

main(process.argv[2]).catch((error) => {
  console.error(error.message)
  process.exit(1)
})
