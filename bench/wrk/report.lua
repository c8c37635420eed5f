-- Prints the counts of wrk as one line of JSON. Every script loads this; used alone it repeats one request.

-- The lines of a file; an error if there are none, because an empty load would look like a fast one.
function lines_of(path)
  local lines = {}
  for line in io.lines(path) do
    lines[#lines + 1] = line
  end
  assert(#lines > 0, path .. " is empty")
  return lines
end

function required(name)
  local value = os.getenv(name)
  assert(value, name .. " is not set")
  return value
end

-- A complete request as bytes.
function request_text(method, path, authorization, body)
  local head = method .. " " .. path .. " HTTP/1.1\r\nHost: " .. wrk.host .. ":" .. wrk.port .. "\r\n"
  if authorization then
    head = head .. "Authorization: Bearer " .. authorization .. "\r\n"
  end
  if body then
    return head .. "Content-Type: application/json\r\nContent-Length: " .. #body .. "\r\n\r\n" .. body
  end
  return head .. "\r\n"
end

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    '\nBENCH {"requests":%d,"micros":%d,"bytes":%d,"p50":%d,"p90":%d,"p99":%d,"max":%d,' ..
    '"connect":%d,"read":%d,"write":%d,"timeout":%d,"status":%d}\n',
    summary.requests, summary.duration, summary.bytes,
    latency:percentile(50), latency:percentile(90), latency:percentile(99), latency.max,
    errors.connect, errors.read, errors.write, errors.timeout, errors.status))
end
