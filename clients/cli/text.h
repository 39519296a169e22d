// Laying out text for a terminal.
#pragma once

#include <string>
#include <vector>

namespace handrail::cli {

// Breaks `text` at spaces so that no line is wider than `columns` (a longer
// word stands alone); the first line begins with `first`, the others with
// `rest`. Ends in a line break. Counts code points, not bytes.
std::string Wrap(const std::string& text, const std::string& first,
                 const std::string& rest, int columns);

// Columns padded to their widest cell, two spaces between. The first row is
// the heading.
std::string Table(const std::vector<std::vector<std::string>>& rows);

// The line below a page that is not the last: how to see the next one. "" for
// an empty token.
std::string NextPage(const std::string& page_token);

// Drops control characters but line breaks and tabs, so that a listing's text
// cannot steer the terminal.
std::string Printable(const std::string& text);

}  // namespace handrail::cli
