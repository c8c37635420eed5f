-- Places and releases holds, so that every request changes something and is journalled: one pass over the users in the
-- file BENCH_IDS places holds with new reasons, the next one releases them.
dofile(debug.getinfo(1, "S").source:match("^@(.*/)") .. "report.lua")

local paths, key, run, pass, at, looked_at

function init(args)
  paths = {}
  for _, id in ipairs(lines_of(required("BENCH_IDS"))) do
    paths[#paths + 1] = "/v1/users/" .. id .. "/holds/suspended"
  end
  key = required("BENCH_KEY")
  run = required("BENCH_RUN")
  pass, at = 1, 0
end

function request()
  if not looked_at then
    -- wrk requests the first one without sending it, so the next pass would have nothing to release there.
    looked_at = true
    return request_text("GET", paths[1], key)
  end
  at = at + 1
  if at > #paths then
    pass, at = pass + 1, 1
  end
  if pass % 2 == 1 then
    return request_text("PUT", paths[at], key, '{"reason":"' .. run .. "-" .. pass .. '"}')
  end
  return request_text("DELETE", paths[at], key)
end
