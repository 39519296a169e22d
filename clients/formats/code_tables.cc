#include "clients/formats/code_tables.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "clients/formats/code_data.h"
#include "clients/formats/code_rows.h"
#include "google/protobuf/descriptor.h"
#include "storage/base/check.h"

namespace handrail::formats {
namespace {

namespace pb = google::protobuf;

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
  for (const auto& row : CodeRows(data::kOpenEligibilityTsv, 7)) {
    std::vector<CodeMeaning>& names = by_code_[row[0] + "\t" + row[1]];
    auto found = std::find_if(names.begin(), names.end(), [&](const auto& m) {
      return FoldName(m.name) == FoldName(row[2]);
    });
    if (found == names.end()) {
      names.push_back(
          {.known = true, .name = row[2], .key = row[0] + ":" + row[1]});
      found = names.end() - 1;
    }
    if (!row[3].empty()) {
      found->terms.push_back({.term = row[3], .broader = row[4] == "BROADER"});
    }
    for (CodeFact& fact : CodeFacts(row[5]))
      found->facts.push_back(std::move(fact));
  }
  for (const auto& [code, names] : by_code_) {
    const std::string system = code.substr(0, code.find('\t'));
    for (const CodeMeaning& meaning : names) {
      by_name_[system + "\t" + FoldName(meaning.name)].push_back(meaning);
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
  for (const auto& row : CodeRows(data::kMeetingGuideTypesTsv, 7)) {
    const std::string key = row[1] + "\t" + row[2];
    CodeMeaning& meaning = types_[key];
    meaning.known = true;
    meaning.name = row[3];
    meaning.key = row[0] + ":" + row[1] + ":" + row[2];
    if (!row[4].empty()) meaning.terms.push_back({.term = row[4]});
    for (CodeFact& fact : CodeFacts(row[5])) {
      meaning.facts.push_back(std::move(fact));
    }
  }
  for (const auto& [key, meaning] : types_) {
    types_upper_.try_emplace(UpperText(key), meaning);
  }
}

void CodeTables::ReadFellowships() {
  // key name pathway audience term focus aliases source
  for (const auto& row : CodeRows(data::kFellowshipsTsv, 8)) {
    fellowships_[row[0]] = {.key = row[0],
                            .name = row[1],
                            .pathways = CodeList(row[2]),
                            .audiences = CodeList(row[3]),
                            .term = row[4],
                            .focus = CodeList(row[5])};
    keys_.push_back(row[0]);
    alias_of_.try_emplace(UpperText(row[0]), row[0]);
    alias_of_.try_emplace(UpperText(row[1]), row[0]);
    for (const std::string& alias : CodeList(row[6])) {
      alias_of_.try_emplace(UpperText(alias), row[0]);
    }
  }
  std::sort(keys_.begin(), keys_.end());
}

CodeMeaning CodeTables::OpenEligibility(std::string_view code,
                                        std::string_view name) const {
  const std::string system = SystemOf(code);
  const auto found = by_code_.find(system + "\t" + std::string(code));
  const auto named = by_name_.find(system + "\t" + FoldName(name));
  CodeMeaning none;
  if (found == by_code_.end()) return none;
  if (name.empty()) {
    if (auto agreed = AgreedMeaning(found->second)) return *agreed;
  } else {
    for (const CodeMeaning& meaning : found->second) {
      if (FoldName(meaning.name) == FoldName(name)) return meaning;
    }
    if (named != by_name_.end()) {
      if (auto agreed = AgreedMeaning(named->second)) {
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
  for (const std::string& key : {UpperText(own), UpperText(any)}) {
    const auto found = types_upper_.find(key);
    if (found != types_upper_.end()) return found->second;
  }
  return {};
}

const Fellowship* CodeTables::FindFellowship(std::string_view key) const {
  const auto alias = alias_of_.find(UpperText(key));
  if (alias == alias_of_.end()) return nullptr;
  return &fellowships_.at(alias->second);
}

CodeMeaning MeaningOfFellowship(const Fellowship& fellowship,
                                std::string_view system) {
  CodeMeaning kind{.known = true,
                   .key = std::string(system) + ":" + fellowship.key};
  if (!fellowship.term.empty()) kind.terms.push_back({fellowship.term});
  kind.facts.push_back({"support_group.fellowship", fellowship.key});
  for (const std::string& code : fellowship.pathways) {
    kind.facts.push_back({"any.pathway", code});
  }
  for (const std::string& code : fellowship.audiences) {
    kind.facts.push_back({"any.audience", code});
  }
  for (const std::string& code : fellowship.focus) {
    kind.facts.push_back({"support_group.substance_focus", code});
  }
  return kind;
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
