-- Keycloak: creates distinct users. BENCH_MOST as in register.lua.
dofile(debug.getinfo(1, "S").source:match("^@(.*/)") .. "report.lua")

local key, run, path, most, idle
local count = -1

function init(args)
  key, run, path = required("BENCH_KEY"), required("BENCH_RUN"), required("BENCH_PATH")
  most = tonumber(os.getenv("BENCH_MOST") or "0")
  idle = request_text("GET", "/realms/master")
end

function request()
  count = count + 1
  if most > 0 and count > most then
    return idle
  end
  local name = "anna.berg." .. run .. count
  return request_text("POST", path, key, '{"username":"' .. name .. '","email":"' .. name ..
    '@example.org","firstName":"Anna","lastName":"Berg","enabled":true}')
end
