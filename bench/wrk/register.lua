-- Registers distinct users; BENCH_RUN makes them differ from those of earlier runs. With BENCH_KEYS, a file of keys, each
-- user goes to the realm of a random key. BENCH_MOST limits their number; further requests are cheap reads until the
-- load is stopped.
dofile(debug.getinfo(1, "S").source:match("^@(.*/)") .. "report.lua")

local first = { "Anna", "Bela", "Clara", "David", "Elena", "Farid", "Greta", "Hugo", "Ines", "Jonas", "Karim", "Lucia",
  "Marta", "Nadia", "Oscar", "Petra", "Ravi", "Sofia", "Tomas", "Ursula" }
local last = { "Abel", "Berg", "Costa", "Dumont", "Eriksen", "Fischer", "Garcia", "Horvat", "Ivanov", "Jensen", "Keller",
  "Lopez", "Moreau", "Novak", "Olsen", "Popov", "Rossi", "Silva", "Toth", "Urban", "Vogel", "Weber", "Young" }

local keys, run, rare, most, idle
local count = -1

function init(args)
  math.randomseed(tonumber(required("BENCH_SEED")))
  local file = os.getenv("BENCH_KEYS")
  keys = file and lines_of(file) or { required("BENCH_KEY") }
  run = required("BENCH_RUN")
  rare = tonumber(os.getenv("BENCH_RARE") or "0")
  most = tonumber(os.getenv("BENCH_MOST") or "0")
  idle = request_text("GET", "/health/live")
end

function request()
  -- wrk generates one more request than it sends, before it starts.
  count = count + 1
  if most > 0 and count > most then
    return idle
  end
  local given = first[count % #first + 1]
  local family = last[math.floor(count / #first) % #last + 1]
  if rare > 0 and count % rare == 1 then
    given = "Quixotelle"
  end
  local body = '{"email":"' .. given .. "." .. family .. "." .. run .. count .. '@example.org","externalId":"' ..
    run .. "-" .. count .. '","name":"' .. given .. " " .. family .. '"}'
  return request_text("POST", "/v1/users", keys[#keys == 1 and 1 or math.random(#keys)], body)
end
