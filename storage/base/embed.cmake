# Writes STEM.h and STEM.cc that hold files as std::string_view constants.
# Called by handrail_data():
#   cmake -P embed.cmake STEM HEADER_NAME [SYMBOL FILE]…
set(stem ${CMAKE_ARGV3})
set(header "#pragma once\n\n#include <string_view>\n\nnamespace handrail::data {\n\n")
set(source "#include \"${CMAKE_ARGV4}\"\n\nnamespace handrail::data {\n\n")
set(i 5)
while(i LESS CMAKE_ARGC)
  set(symbol ${CMAKE_ARGV${i}})
  math(EXPR i "${i} + 1")
  set(file ${CMAKE_ARGV${i}})
  math(EXPR i "${i} + 1")
  file(SIZE ${file} size)
  file(READ ${file} bytes HEX)
  # 32 bytes a line; every byte is an escape, so no byte is special.
  string(REPEAT "[0-9a-f]" 64 line)
  string(REGEX REPLACE "(${line})" "\\1\n" bytes "${bytes}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "\\\\x\\1" bytes "${bytes}")
  string(REGEX REPLACE "([^\n]+)" "\"\\1\"" bytes "${bytes}")
  string(APPEND header "extern const std::string_view ${symbol};\n")
  string(APPEND source
    "constinit const std::string_view ${symbol}(\n\"\"\n${bytes}, ${size});\n\n")
endwhile()
string(APPEND header "\n}  // namespace handrail::data\n")
string(APPEND source "}  // namespace handrail::data\n")
file(WRITE ${stem}.h "${header}")
file(WRITE ${stem}.cc "${source}")
