#include "clients/formats/suggest_mapping.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/formats/code_data.h"
#include "clients/formats/code_rows.h"
#include "clients/formats/csv_table.h"
#include "clients/formats/limits.h"
#include "clients/formats/plain_text.h"
#include "storage/base/status.h"

namespace handrail::formats {
namespace {

struct Hint {
  bool field = false;
  std::vector<std::string> words;
  std::string meaning;
};

const std::vector<Hint>& Hints() {
  static const std::vector<Hint> hints = [] {
    std::vector<Hint> read;
    // kind words meaning source
    for (const auto& row : CodeRows(data::kColumnHintsTsv, 4)) {
      read.push_back({.field = row[0] == "field",
                      .words = SplitText(row[1], "|"),
                      .meaning = row[2]});
    }
    return read;
  }();
  return hints;
}

// What stands in one column.
struct Column {
  std::string name;
  int64_t filled = 0;
  // Value in small letters → how often; at most kSuggestValuesMax + 1.
  std::map<std::string, int64_t> values;
  // The values as they are written.
  std::map<std::string, std::string> written;
  bool too_many = false;
};

struct Table {
  CsvTable outline;
  std::vector<Column> columns;
  std::vector<std::vector<std::string>> rows;
};

std::string Folded(std::string_view text) {
  std::string folded;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte)) folded += static_cast<char>(std::tolower(byte));
  }
  return folded;
}

// Small letters, with one blank for all that is neither letter nor digit.
std::string Words(std::string_view text) {
  std::string words;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) || byte >= 0x80) {
      words += static_cast<char>(std::tolower(byte));
    } else if (!words.empty() && words.back() != ' ') {
      words += ' ';
    }
  }
  return words;
}

std::string FieldFor(const std::string& column) {
  const std::string folded = Folded(column);
  for (const Hint& hint : Hints()) {
    if (!hint.field) continue;
    if (std::find(hint.words.begin(), hint.words.end(), folded) !=
        hint.words.end()) {
      return hint.meaning;
    }
  }
  return "";
}

// What a yes in a column of that name says; "" where nothing suggests it.
std::string CodeFor(const std::string& text) {
  const std::string words = Words(text);
  std::string best;
  size_t longest = 0;
  for (const Hint& hint : Hints()) {
    if (hint.field) continue;
    for (const std::string& word : hint.words) {
      const size_t at = words.find(word);
      if (at == std::string::npos || word.size() <= longest) continue;
      // "male only" inside "female only" is another word.
      if (at > 0 && words[at - 1] != ' ' && word.find(' ') != word.npos) {
        continue;
      }
      longest = word.size();
      best = hint.meaning;
    }
  }
  return best;
}

bool IsYes(const std::string& value) {
  static const std::set<std::string_view> kYes = {"1", "yes", "y", "true", "x"};
  return kYes.contains(value);
}

bool IsNothing(const std::string& value) {
  static const std::set<std::string_view> kNothing = {"0", "no", "n", "false"};
  return kNothing.contains(value);
}

// Most of what stands in the column is a yes, or a no.
bool IsFlag(const Column& column) {
  int64_t known = 0;
  for (const auto& [value, count] : column.values) {
    if (IsYes(value) || IsNothing(value)) known += count;
  }
  return column.filled > 0 && known * 10 >= column.filled * 8;
}

// Text in quotation marks; of the two kinds, one that does not occur in it.
std::string Quoted(const std::string& text) {
  const char mark = text.find('"') == std::string::npos ? '"' : '\'';
  std::string quoted(1, mark);
  for (const char c : text) {
    if (c != mark && c != '\n' && c != '\r') quoted += c;
  }
  return quoted + mark;
}

std::string QuotedList(const std::vector<std::string>& texts) {
  std::string list = "[";
  for (size_t i = 0; i < texts.size(); ++i) {
    absl::StrAppend(&list, i > 0 ? ", " : "", Quoted(texts[i]));
  }
  return list + "]";
}

absl::StatusOr<Table> Look(const std::string& path) {
  Table table;
  HANDRAIL_ASSIGN_OR_RETURN(table.outline, OutlineCsv(path));
  if (table.outline.problem.has_value()) {
    return InvalidField(
        "input", absl::StrCat(path, ": ", table.outline.problem->message, " (",
                              table.outline.problem->hint, ")"));
  }
  for (const std::string& name : table.outline.header) {
    table.columns.push_back({.name = name});
  }
  const absl::Status status = ForEachCsvRow(
      path, table.outline, [&](const CsvRow& row) -> absl::Status {
        if (row.record > kSuggestRowsMax) {
          return absl::CancelledError("enough");
        }
        if (row.fault != CsvFault::kNone) return absl::OkStatus();
        for (size_t i = 0; i < table.columns.size(); ++i) {
          Column& column = table.columns[i];
          const std::string value = Trim(row.cells[i]);
          if (value.empty()) continue;
          ++column.filled;
          const std::string lower = Lower(value);
          if (column.values.size() > kSuggestValuesMax &&
              !column.values.contains(lower)) {
            column.too_many = true;
            continue;
          }
          ++column.values[lower];
          column.written.try_emplace(lower, value);
        }
        table.rows.push_back(row.cells);
        return absl::OkStatus();
      });
  if (!absl::IsCancelled(status)) HANDRAIL_RETURN_IF_ERROR(status);
  return table;
}

// Writes the proposal, section by section.
class Proposal {
 public:
  explicit Proposal(const Table& table) : table_(table) {}

  absl::StatusOr<std::string> Write(const std::string& path);

 private:
  // Columns by the field they go to; the name first.
  void Assign();
  std::vector<std::string> ChooseId() const;
  bool TellsApart(const std::vector<size_t>& columns) const;
  void WriteColumn(size_t index);
  void WriteFlag(const Column& column);
  bool WriteValues(const Column& column);

  const Table& table_;
  // Field of each column, or "".
  std::vector<std::string> fields_;
  std::optional<size_t> name_;
  std::string out_;
};

void Proposal::Assign() {
  fields_.assign(table_.columns.size(), "");
  for (size_t i = 0; i < table_.columns.size(); ++i) {
    const std::string field = FieldFor(table_.columns[i].name);
    if (field == "service.name" && name_.has_value()) continue;
    fields_[i] = field;
    if (field == "service.name") name_ = i;
  }
}

bool Proposal::TellsApart(const std::vector<size_t>& columns) const {
  std::set<std::string> seen;
  for (const std::vector<std::string>& row : table_.rows) {
    std::string key;
    for (const size_t index : columns) {
      absl::StrAppend(&key, Trim(row[index]), "\n");
    }
    if (!seen.insert(key).second) return false;
  }
  return true;
}

std::vector<std::string> Proposal::ChooseId() const {
  std::vector<size_t> columns;
  for (size_t i = 0; i < table_.columns.size(); ++i) {
    const std::string folded = Folded(table_.columns[i].name);
    const bool is_id =
        folded == "id" || folded == "uuid" || folded == "recordid";
    if (is_id && TellsApart({i})) return {table_.columns[i].name};
  }
  columns.push_back(*name_);
  for (const char* field : {"address.address_1", "address.city",
                            "address.postal_code", "phone.number"}) {
    const auto at = std::find(fields_.begin(), fields_.end(), field);
    // A name alone is too little: the next edition may have it twice.
    if (columns.size() > 1 && TellsApart(columns)) break;
    if (at != fields_.end()) {
      columns.push_back(static_cast<size_t>(at - fields_.begin()));
    }
  }
  std::vector<std::string> names;
  for (const size_t index : columns) {
    names.push_back(table_.columns[index].name);
  }
  return names;
}

void Proposal::WriteFlag(const Column& column) {
  std::vector<std::string> yes;
  std::vector<std::string> nothing;
  std::vector<std::string> other;
  for (const auto& [value, count] : column.values) {
    (IsYes(value) ? yes : IsNothing(value) ? nothing : other).push_back(value);
  }
  if (yes.empty()) yes.push_back("1");
  const std::string code = CodeFor(column.name);
  if (code.empty()) {
    absl::StrAppend(&out_,
                    "# Yes and no; its name says nothing of what a yes means. "
                    "To map it:\n# yes = ",
                    QuotedList(yes),
                    "\n# term = [\"…\"]\n# sets = [\"…\"]\nkeep = true\n");
    return;
  }
  absl::StrAppend(&out_, "# By its name; check that a yes means this.\n");
  absl::StrAppend(&out_, "yes = ", QuotedList(yes), "\n");
  if (!nothing.empty()) {
    absl::StrAppend(&out_, "nothing = ", QuotedList(nothing), "\n");
  }
  std::vector<std::string> sets;
  std::vector<std::string> terms;
  constexpr std::string_view kTerm = "term:";
  for (const std::string& part : CodeList(code)) {
    if (part.starts_with(kTerm)) {
      terms.push_back(part.substr(kTerm.size()));
    } else {
      sets.push_back(part);
    }
  }
  if (!terms.empty())
    absl::StrAppend(&out_, "term = ", QuotedList(terms), "\n");
  if (!sets.empty()) absl::StrAppend(&out_, "sets = ", QuotedList(sets), "\n");
  if (!other.empty()) {
    absl::StrAppend(&out_, "# Other values become findings: ", other.size(),
                    "\n");
  }
}

// A few values over and over, of which some are known. False for others.
bool Proposal::WriteValues(const Column& column) {
  if (column.too_many || column.values.empty()) return false;
  std::vector<std::string> known;
  std::vector<std::string> unknown;
  for (const auto& [value, written] : column.written) {
    const std::string code = CodeFor(written);
    if (code.empty() || written.find("=>") != std::string::npos) {
      unknown.push_back(written);
    } else {
      known.push_back(absl::StrCat(written, " => ", code));
    }
  }
  if (known.empty()) return false;
  absl::StrAppend(&out_, "# By its values; check each.\nvalues = [");
  for (size_t i = 0; i < known.size(); ++i) {
    absl::StrAppend(&out_, i > 0 ? ",\n  " : "", Quoted(known[i]));
  }
  absl::StrAppend(&out_, "]\n");
  if (!unknown.empty()) {
    absl::StrAppend(&out_,
                    "# Values without a proposal, which become "
                    "findings: ",
                    unknown.size(), "\n");
  }
  return true;
}

void Proposal::WriteColumn(size_t index) {
  const Column& column = table_.columns[index];
  const std::string& field = fields_[index];
  absl::StrAppend(&out_, "\n[[column]]\nname = ", Quoted(column.name), "\n");
  if (field == "skip") {
    absl::StrAppend(&out_,
                    "# Seems to be about a person; such columns are "
                    "left out.\nskip = true\n");
  } else if (!field.empty()) {
    absl::StrAppend(&out_, "to = ", Quoted(field), "\n");
    if (field == "phone.number" &&
        Folded(column.name).find("phone") == std::string::npos) {
      absl::StrAppend(&out_, "label = ", Quoted(column.name), "\n");
    }
  } else if (column.filled == 0) {
    absl::StrAppend(&out_, "# Empty in every row.\nkeep = true\n");
  } else if (IsFlag(column)) {
    WriteFlag(column);
  } else if (!WriteValues(column)) {
    absl::StrAppend(&out_,
                    "# Neither its name nor its values suggest a "
                    "field; it is kept as it is.\nkeep = true\n");
  }
}

absl::StatusOr<std::string> Proposal::Write(const std::string& path) {
  Assign();
  if (!name_.has_value()) {
    return InvalidField("input",
                        absl::StrCat(path,
                                     ": no column is called name, provider, "
                                     "facility, organization, agency or "
                                     "program; rename one, or write the "
                                     "mapping by hand"));
  }
  const std::vector<std::string> id = ChooseId();
  absl::StrAppend(
      &out_,
      "# A proposal, made from the names of the columns and what stands in\n"
      "# them. Read it before you use it:\n"
      "#   handrail load FILE --source NAME --format csv --mapping THIS "
      "--dry-run\n\n[table]\nname = \"rows\"\n"
      "# The columns that tell a row from others; they must stay the same "
      "from\n# one edition of the table to the next.\nid = ",
      QuotedList(id),
      "\n# What every row is, where the columns do not say: a term of the\n"
      "# taxonomy; with ~ where it may be only that.\n# term = "
      "[\"treatment~\"]\n");
  const bool has_state = std::find(fields_.begin(), fields_.end(),
                                   "address.state_province") != fields_.end();
  if (!has_state) {
    absl::StrAppend(&out_,
                    "\n# The table names no state. Say which, where it is "
                    "about one alone:\n[constants]\n"
                    "# address.state_province = \"KY\"\n");
  }
  for (size_t i = 0; i < table_.columns.size(); ++i) WriteColumn(i);
  return std::move(out_);
}

}  // namespace

absl::StatusOr<std::string> SuggestMapping(const std::string& path) {
  HANDRAIL_ASSIGN_OR_RETURN(const Table table, Look(path));
  return Proposal(table).Write(path);
}

}  // namespace handrail::formats
