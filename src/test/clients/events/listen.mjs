// Follows the event stream as a user of npm `eventsource` would, and prints each event's id until it has
// seen journal entry `last`. Resuming after broken connections is left to the library.
//
//   node listen.mjs URL KEY LAST
import {EventSource} from 'eventsource'

const [url, key, last] = process.argv.slice(2)
const source = new EventSource(url, {
  fetch: (input, init) =>
    fetch(input, {...init, headers: {...init.headers, Authorization: `Bearer ${key}`}}),
})

source.addEventListener('stream.started', (event) => console.log(`started ${event.lastEventId}`))
for (const type of ['user.registered', 'user.hold.placed', 'user.standing.changed']) {
  source.addEventListener(type, (event) => {
    const {id, data} = JSON.parse(event.data)
    console.log(id)
    if (data.seq >= Number(last) && type === 'user.standing.changed') {
      source.close()
    }
  })
}
source.onerror = (error) => {
  if (source.readyState === EventSource.CLOSED) {
    console.error(`closed for good: ${error.code} ${error.message}`)
    process.exit(1)
  }
}
