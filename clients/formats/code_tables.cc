#include "clients/formats/code_tables.h"

#include <algorithm>
#include <cctype>
#include <optional>
#include <utility>

#include "clients/formats/code_data.h"
#include "google/protobuf/descriptor.h"
#include "storage/base/check.h"

namespace handrail::formats {
namespace {

namespace pb = google::protobuf;

std::vector<std::string> Split(std::string_view text, std::string_view by) {
  std::vector<std::string> parts;
  size_t from = 0;
  while (true) {
    const size_t to = text.find(by, from);
    parts.emplace_back(text.substr(from, to - from));
    if (to == std::string_view::npos) return parts;
    from = to + by.size();
  }
}

std::vector<std::string> List(std::string_view cell) {
  if (cell.empty()) return {};
  return Split(cell, "; ");
}

// Rows of a table of clients/formats/data, without comments and header.
std::vector<std::vector<std::string>> Rows(std::string_view tsv,
                                           size_t columns) {
  std::vector<std::vector<std::string>> rows;
  bool header = true;
  for (const std::string& line : Split(tsv, "\n")) {
    if (line.empty() || line[0] == '#') continue;
    if (std::exchange(header, false)) continue;
    rows.push_back(Split(line, "\t"));
    // The tables are ours and tested.
    HANDRAIL_CHECK(rows.back().size() == columns);
  }
  return rows;
}

std::string Fold(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (std::isspace(c)) continue;
    out.push_back(static_cast<char>(std::tolower(c)));
    if (c == '&' && text.substr(i, 5) == "&amp;") i += 4;
  }
  return out;
}

std::string Upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return out;
}

std::vector<CodeFact> Facts(std::string_view cell) {
  std::vector<CodeFact> facts;
  for (const std::string& text : List(cell)) {
    const size_t equals = text.find('=');
    HANDRAIL_CHECK(equals != std::string::npos);
    CodeFact fact{.path = text.substr(0, equals),
                  .value = text.substr(equals + 1)};
    // A level of care has a colon of its own: "asam3:2.1".
    for (const auto& [suffix, answer] :
         {std::pair{":no", v1::NO},
          std::pair{":conditional", v1::CONDITIONAL}}) {
      if (!fact.value.ends_with(suffix)) continue;
      fact.answer = answer;
      fact.value.resize(fact.value.rfind(':'));
    }
    facts.push_back(std::move(fact));
  }
  return facts;
}

bool SameMeaning(const CodeMeaning& a, const CodeMeaning& b) {
  const auto text = [](const CodeMeaning& meaning) {
    std::vector<std::string> parts;
    for (const auto& term : meaning.terms) {
      parts.push_back(term.term + (term.broader ? "~" : "="));
    }
    for (const auto& fact : meaning.facts) {
      parts.push_back(fact.path + "=" + fact.value +
                      std::to_string(fact.answer));
    }
    std::sort(parts.begin(), parts.end());
    return parts;
  };
  return text(a) == text(b);
}

// The meaning that all of them have, if they have one.
std::optional<CodeMeaning> Agreed(const std::vector<CodeMeaning>& meanings) {
  for (const CodeMeaning& meaning : meanings) {
    if (!SameMeaning(meaning, meanings.front())) return std::nullopt;
  }
  return meanings.front();
}

std::string SystemOf(std::string_view code) {
  const bool digits =
      code.find_first_not_of("0123456789") == std::string_view::npos;
  return digits && code.size() >= 4 ? "open-eligibility-2" : "open-eligibility";
}

v1::Answer AnswerOf(const std::string& word) {
  return word == "yes" ? v1::YES : word == "no" ? v1::NO : v1::CONDITIONAL;
}

}  // namespace

const CodeTables& CodeTables::Get() {
  static const CodeTables* const tables = new CodeTables;
  return *tables;
}

CodeTables::CodeTables() {
  ReadOpenEligibility();
  ReadMeetingTypes();
  ReadFellowships();
}

void CodeTables::ReadOpenEligibility() {
  // system code name term mapping fact source
  for (const auto& row : Rows(data::kOpenEligibilityTsv, 7)) {
    std::vector<CodeMeaning>& names = by_code_[row[0] + "\t" + row[1]];
    auto found = std::find_if(names.begin(), names.end(), [&](const auto& m) {
      return Fold(m.name) == Fold(row[2]);
    });
    if (found == names.end()) {
      names.push_back(
          {.known = true, .name = row[2], .key = row[0] + ":" + row[1]});
      found = names.end() - 1;
    }
    if (!row[3].empty()) {
      found->terms.push_back({.term = row[3], .broader = row[4] == "BROADER"});
    }
    for (CodeFact& fact : Facts(row[5]))
      found->facts.push_back(std::move(fact));
  }
  for (const auto& [code, names] : by_code_) {
    const std::string system = code.substr(0, code.find('\t'));
    for (const CodeMeaning& meaning : names) {
      by_name_[system + "\t" + Fold(meaning.name)].push_back(meaning);
    }
  }
  // by_code_ has no order; which of equal meanings stands for all must not
  // depend on that.
  for (auto& [name, meanings] : by_name_) {
    std::sort(meanings.begin(), meanings.end(),
              [](const auto& a, const auto& b) { return a.key < b.key; });
  }
}

void CodeTables::ReadMeetingTypes() {
  // system fellowship code name term fact source
  for (const auto& row : Rows(data::kMeetingGuideTypesTsv, 7)) {
    const std::string key = row[1] + "\t" + row[2];
    CodeMeaning& meaning = types_[key];
    meaning.known = true;
    meaning.name = row[3];
    meaning.key = row[0] + ":" + row[1] + ":" + row[2];
    if (!row[4].empty()) meaning.terms.push_back({.term = row[4]});
    for (CodeFact& fact : Facts(row[5])) {
      meaning.facts.push_back(std::move(fact));
    }
  }
  for (const auto& [key, meaning] : types_) {
    types_upper_.try_emplace(Upper(key), meaning);
  }
}

void CodeTables::ReadFellowships() {
  // key name pathway audience term focus aliases source
  for (const auto& row : Rows(data::kFellowshipsTsv, 8)) {
    fellowships_[row[0]] = {.key = row[0],
                            .name = row[1],
                            .pathways = List(row[2]),
                            .audiences = List(row[3]),
                            .term = row[4],
                            .focus = List(row[5])};
    keys_.push_back(row[0]);
    alias_of_.try_emplace(Upper(row[0]), row[0]);
    alias_of_.try_emplace(Upper(row[1]), row[0]);
    for (const std::string& alias : List(row[6])) {
      alias_of_.try_emplace(Upper(alias), row[0]);
    }
  }
  std::sort(keys_.begin(), keys_.end());
}

CodeMeaning CodeTables::OpenEligibility(std::string_view code,
                                        std::string_view name) const {
  const std::string system = SystemOf(code);
  const auto found = by_code_.find(system + "\t" + std::string(code));
  const auto named = by_name_.find(system + "\t" + Fold(name));
  CodeMeaning none;
  if (found == by_code_.end()) return none;
  if (name.empty()) {
    if (auto agreed = Agreed(found->second)) return *agreed;
  } else {
    for (const CodeMeaning& meaning : found->second) {
      if (Fold(meaning.name) == Fold(name)) return meaning;
    }
    if (named != by_name_.end()) {
      if (auto agreed = Agreed(named->second)) {
        agreed->name_differs = true;
        return *agreed;
      }
    }
  }
  none.known = true;
  none.ambiguous = true;
  return none;
}

CodeMeaning CodeTables::MeetingType(std::string_view fellowship,
                                    std::string_view code) const {
  const std::string own = std::string(fellowship) + "\t" + std::string(code);
  const std::string any = "*\t" + std::string(code);
  for (const std::string& key : {own, any}) {
    const auto found = types_.find(key);
    if (found != types_.end()) return found->second;
  }
  for (const std::string& key : {Upper(own), Upper(any)}) {
    const auto found = types_upper_.find(key);
    if (found != types_upper_.end()) return found->second;
  }
  return {};
}

const Fellowship* CodeTables::FindFellowship(std::string_view key) const {
  const auto alias = alias_of_.find(Upper(key));
  if (alias == alias_of_.end()) return nullptr;
  return &fellowships_.at(alias->second);
}

std::string ApplyMeaning(const CodeMeaning& meaning,
                         v1::RecordExtension& extension) {
  for (const CodeMeaning::Term& term : meaning.terms) {
    const bool there =
        std::any_of(extension.terms().begin(), extension.terms().end(),
                    [&](const v1::NeedTerm& other) {
                      // What is there already, said outright, is the better
                      // word for it.
                      return other.term() == term.term &&
                             (!other.broader() || term.broader);
                    });
    if (there) continue;
    // An outright answer takes the place of a half one.
    auto* terms = extension.mutable_terms();
    const auto half = std::find_if(
        terms->begin(), terms->end(),
        [&](const v1::NeedTerm& other) { return other.term() == term.term; });
    v1::NeedTerm* need = half == terms->end() ? terms->Add() : &*half;
    need->set_term(term.term);
    need->set_broader(term.broader);
    need->set_mapped_from(meaning.key);
  }
  std::string conflict;
  for (const CodeFact& fact : meaning.facts) {
    const std::string path = ApplyFact(fact, *extension.mutable_profile());
    if (!path.empty()) conflict = path;
  }
  return conflict;
}

std::string ApplyFact(const CodeFact& fact, v1::RecoveryProfile& profile) {
  const size_t dot = fact.path.find('.');
  const pb::FieldDescriptor* group =
      v1::RecoveryProfile::descriptor()->FindFieldByName(
          fact.path.substr(0, dot));
  HANDRAIL_CHECK(group != nullptr);
  pb::Message* part = profile.GetReflection()->MutableMessage(&profile, group);
  const pb::FieldDescriptor* field =
      part->GetDescriptor()->FindFieldByName(fact.path.substr(dot + 1));
  HANDRAIL_CHECK(field != nullptr);
  if (fact.path == "any.documents") {
    auto* documents = profile.mutable_any()->mutable_documents();
    for (const v1::DocumentRule& rule : *documents) {
      if (rule.any_of_size() == 1 && rule.any_of(0) == fact.value) return "";
    }
    v1::DocumentRule* rule = documents->Add();
    rule->add_any_of(fact.value);
    rule->set_answer(fact.answer);
    return "";
  }
  pb::Message* value = part->GetReflection()->MutableMessage(part, field);
  if (auto* set = dynamic_cast<v1::SetFact*>(value)) {
    for (v1::CodedFact& other : *set->mutable_values()) {
      if (other.code() != fact.value) continue;
      if (fact.answer == v1::YES && other.answer() == v1::NO) {
        other.set_answer(v1::YES);
      }
      return "";
    }
    v1::CodedFact* coded = set->add_values();
    coded->set_code(fact.value);
    coded->set_answer(fact.answer);
  } else if (auto* choice = dynamic_cast<v1::ChoiceFact*>(value)) {
    if (!choice->code().empty() && choice->code() != fact.value) {
      part->GetReflection()->ClearField(part, field);
      return fact.path;
    }
    choice->set_code(fact.value);
    choice->set_answer(fact.answer);
  } else if (auto* number = dynamic_cast<v1::NumberFact*>(value)) {
    if (number->answer() == v1::ANSWER_UNSPECIFIED) {
      number->set_value(std::stoi(fact.value));
      number->set_answer(fact.answer);
    }
  } else if (auto* yes_or_no = dynamic_cast<v1::Fact*>(value)) {
    if (yes_or_no->answer() == v1::ANSWER_UNSPECIFIED) {
      yes_or_no->set_answer(AnswerOf(fact.value));
    }
  } else if (auto* text = dynamic_cast<v1::TextFact*>(value)) {
    if (text->text().empty()) text->set_text(fact.value);
  }
  return "";
}

}  // namespace handrail::formats
