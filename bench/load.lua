-- Drives one cell with wrk: sends the requests of a file, one after the other, and writes what came of it.
--
-- The file has one request a line: method, path and body, with tabs between them. They become the bytes of
-- requests in `init`, so that sending one costs the client next to nothing. Where a request has the marker,
-- each sending of it has another number there, of as many digits.
--
-- BENCH_REQUESTS  the file          BENCH_RESULT        where to write the result, as JSON
-- BENCH_THREADS   how many threads  BENCH_FIRST_NUMBER  what to number from

local MARKER = "@@@number@@@"
local NUMBERS_PER_THREAD = 10000000

local threads = 0
function setup(thread)
   thread:set("index", threads)
   threads = threads + 1
end

function init()
   prepared, tails, current = {}, {}, 0
   number = tonumber(os.getenv("BENCH_FIRST_NUMBER")) + index * NUMBERS_PER_THREAD
   local lines = {}
   for line in io.lines(os.getenv("BENCH_REQUESTS")) do
      lines[#lines + 1] = line
   end
   -- The threads share the requests. Where there are fewer, each sends all of them, or it would send none.
   local of_threads = tonumber(os.getenv("BENCH_THREADS"))
   for line_number, line in ipairs(lines) do
      if #lines < of_threads or line_number % of_threads == index then
         local method, path, body = line:match("^([^\t]*)\t([^\t]*)\t(.*)$")
         if body == "" then body = nil end
         local request = wrk.format(method, path, nil, body)
         local first, last = request:find(MARKER, 1, true)
         if first then
            tails[#prepared + 1] = request:sub(last + 1)
            request = request:sub(1, first - 1)
         end
         prepared[#prepared + 1] = request
      end
   end
end

function request()
   current = current % #prepared + 1
   local tail = tails[current]
   if not tail then return prepared[current] end
   number = number + 1
   return prepared[current] .. string.format("%.0f", number) .. tail
end

function done(summary, latency)
   local errors = summary.errors
   local result = assert(io.open(os.getenv("BENCH_RESULT"), "w"))
   result:write(string.format(
      '{"requests": %d, "seconds": %.6f, "p50_us": %d, "p99_us": %d, "max_us": %d,' ..
      ' "refused": %d, "socket_errors": %d, "timeouts": %d}',
      summary.requests, summary.duration / 1e6, latency:percentile(50), latency:percentile(99), latency.max,
      errors.status, errors.connect + errors.read + errors.write, errors.timeout))
   result:close()
end
