#include "storage/journal/rocks_layout.h"

namespace handrail::storage::layout {
namespace {

void AppendBigEndian(std::string& out, uint64_t number, int bytes) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>(number >> shift));
  }
}

}  // namespace

std::string TablePrefix(char table, std::string_view stream) {
  std::string key;
  key.reserve(2 + stream.size() + 16);
  key.push_back(table);
  key.append(stream);
  key.push_back('\0');
  return key;
}

std::string PositionKey(std::string_view stream) {
  return TablePrefix('p', stream);
}

std::string EntryKey(std::string_view stream, uint64_t position) {
  std::string key = TablePrefix('e', stream);
  AppendBigEndian(key, position, 8);
  return key;
}

std::string StateKey(std::string_view stream, std::string_view key) {
  return TablePrefix('k', stream).append(key);
}

std::string AuditKey(std::string_view stream, uint64_t position,
                     uint32_t index) {
  std::string key = TablePrefix('a', stream);
  AppendBigEndian(key, position, 8);
  AppendBigEndian(key, index, 4);
  return key;
}

std::string RequestKey(std::string_view stream, std::string_view request_id) {
  return TablePrefix('r', stream).append(request_id);
}

// The key's zero bytes are doubled to 00 ff and it is ended by 00 01, so that
// the rows of one key are not among those of a longer one.
std::string ChangePrefix(std::string_view stream, std::string_view key) {
  std::string row = TablePrefix('h', stream);
  row.reserve(row.size() + key.size() + 10);
  for (const char c : key) {
    row.push_back(c);
    if (c == '\0') row.push_back('\xff');
  }
  row.push_back('\0');
  row.push_back('\x01');
  return row;
}

std::string ChangeKey(std::string_view stream, std::string_view key,
                      uint64_t position) {
  std::string row = ChangePrefix(stream, key);
  AppendBigEndian(row, position, 8);
  return row;
}

std::optional<ChangeParts> ParseChange(std::string_view row) {
  ChangeParts parts;
  for (size_t i = 0; i + 1 < row.size(); ++i) {
    parts.key.push_back(row[i]);
    if (row[i] != '\0') continue;
    ++i;
    if (row[i] == '\xff') continue;
    const std::optional<uint64_t> position = ParseNumber(row.substr(i + 1));
    if (row[i] != '\x01' || !position.has_value()) return std::nullopt;
    parts.key.pop_back();
    parts.position = *position;
    return parts;
  }
  return std::nullopt;
}

std::string TrimKey(std::string_view stream) {
  return TablePrefix('t', stream);
}

std::optional<std::string_view> GroupOf(std::string_view key) {
  constexpr std::string_view kEnd("\0\1", 2);
  if (!key.starts_with('k')) return std::nullopt;
  const size_t name_end = key.find('\0');
  if (name_end == key.npos) return std::nullopt;
  const size_t end = key.find(kEnd, name_end + 1);
  if (end == key.npos) return std::nullopt;
  return key.substr(0, end + kEnd.size());
}

std::string NumberValue(uint64_t number) {
  std::string bytes;
  AppendBigEndian(bytes, number, 8);
  return bytes;
}

std::optional<uint64_t> ParseNumber(std::string_view bytes) {
  if (bytes.size() != 8) return std::nullopt;
  uint64_t number = 0;
  for (const char c : bytes) {
    number = (number << 8) | static_cast<unsigned char>(c);
  }
  return number;
}

std::string StateValue(uint64_t version, std::string_view value) {
  std::string bytes;
  bytes.reserve(10 + value.size());
  while (version >= 0x80) {
    bytes.push_back(static_cast<char>(version | 0x80));
    version >>= 7;
  }
  bytes.push_back(static_cast<char>(version));
  bytes.append(value);
  return bytes;
}

std::optional<StateParts> ParseStateValue(std::string_view bytes) {
  StateParts parts;
  for (int shift = 0; shift < 64 && !bytes.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    if (shift == 63 && byte > 1) return std::nullopt;
    parts.version |= uint64_t{byte & 0x7fu} << shift;
    if ((byte & 0x80) == 0) {
      parts.value = bytes;
      return parts;
    }
  }
  return std::nullopt;
}

}  // namespace handrail::storage::layout
