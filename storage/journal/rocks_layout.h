// The keys and values of the embedded journal's database: the one place where
// they are built and taken apart. storage/FORMAT.md shows them by example.
//
// A key is a table's letter, then the stream's name ended by a zero byte (names
// hold no zero), then what orders the table. Numbers are big-endian, so that
// they sort.
//
// Pure functions; views point into their argument.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "storage/journal/journal.h"

namespace handrail::storage::layout {

// Table 'm': facts about the database as a whole.
inline constexpr char kFormatKey[] = "mformat";      // decimal text
inline constexpr char kJournalIdKey[] = "mjournal";  // 32 hex digits
inline constexpr char kAppendsKey[] = "mappends";    // NumberValue

// Table 'p': the last position of a stream (NumberValue).
std::string PositionKey(std::string_view stream);
// Table 'e': the entries, as JournalEntry.
std::string EntryKey(std::string_view stream, uint64_t position);
// Table 'k': the current values (StateValue).
std::string StateKey(std::string_view stream, std::string_view key);
// Table 'a': the audit rows, as AuditRow.
std::string AuditKey(std::string_view stream, uint64_t position,
                     uint32_t index);
// Table 'r': the position of each request id (NumberValue).
std::string RequestKey(std::string_view stream, std::string_view request_id);

// Table 'h': which entries changed a key, with empty values. That of the last
// one is not there, or need not be, as long as the key exists: its version says
// it.
std::string ChangeKey(std::string_view stream, std::string_view key,
                      uint64_t position);
struct ChangeParts {
  std::string key;
  uint64_t position = 0;
};
// `row`: a key of the table without its TablePrefix.
std::optional<ChangeParts> ParseChange(std::string_view row);
// What the rows of one key begin with; eight bytes follow, the position.
std::string ChangePrefix(std::string_view stream, std::string_view key);
// Table 't': the last position whose entry was trimmed (NumberValue).
std::string TrimKey(std::string_view stream);

// What all keys of one stream's table begin with.
std::string TablePrefix(char table, std::string_view stream);

// What the key of a current value begins with, up to the first 00 01 behind the
// stream's name: those with the same beginning are a group, which is found not
// to be there without a look at the keys. Nothing for other keys.
std::optional<std::string_view> GroupOf(std::string_view key);

// Eight bytes, big-endian.
std::string NumberValue(uint64_t number);
std::optional<uint64_t> ParseNumber(std::string_view bytes);

// The version as a varint, then the value.
std::string StateValue(uint64_t version, std::string_view value);
struct StateParts {
  uint64_t version = 0;
  std::string_view value;
};
std::optional<StateParts> ParseStateValue(std::string_view bytes);

}  // namespace handrail::storage::layout
