#include "storage/normalise/normalise.h"

#include <google/protobuf/message.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "storage/base/check.h"
#include "storage/base/field_lists.h"
#include "storage/base/type_reach.h"
#include "storage/normalise/ids.h"
#include "storage/normalise/limits.h"
#include "storage/normalise/names.h"
#include "storage/normalise/provenance.h"
#include "storage/normalise/report.h"
#include "storage/normalise/rules.h"
#include "storage/normalise/sound_facts.h"
#include "storage/normalise/source_text.h"
#include "storage/normalise/text.h"
#include "storage/normalise/uuid.h"
#include "storage/normalise/walk_plan.h"

namespace handrail::storage {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// Walks one record: text, sizes and unknown numbers of every field, then the
// rules of each object, innermost first.
class Walker {
 public:
  explicit Walker(const RuleContext& context) : context_(context) {}

  void Walk(Message& object, const TypePlan& plan, const Path& path) {
    if (!plan.reflection->GetUnknownFields(object).empty()) {
      DropUnknown(object, path);
    }
    const FieldLists::Level set(ThreadFieldLists(), object, *plan.reflection);
    for (const FieldDescriptor* field : set.fields()) {
      const FieldPlan& how = plan.fields[field->index()];
      if (how.repeated) {
        WalkList(object, *plan.reflection, how, path);
      } else {
        WalkOne(object, *plan.reflection, how, path);
      }
    }
    if (plan.rules != nullptr) plan.rules(object, path, context_);
  }

 private:
  using Kind = FieldPlan::Kind;

  // An object of a list or a field of its own.
  void WalkInner(Message& object, const TypePlan& plan, const Path& path) {
    if (plan.look != nullptr && plan.look(object)) return;
    Walk(object, plan, path);
  }

  void WalkOne(Message& object, const Reflection& reflection,
               const FieldPlan& plan, const Path& path) {
    const FieldDescriptor* const field = plan.field;
    switch (plan.kind) {
      case Kind::kText: {
        std::string unused;
        const std::string& text =
            reflection.GetStringReference(object, field, &unused);
        if (IsShortAndPlain(text)) return;
        std::string changed = text;
        const Path here{.parent = &path, .name = SourceName(*field)};
        if (!TextRules(plan, changed, here) || changed == text) return;
        KeepSource(object, SourceName(*field), text);
        reflection.SetString(&object, field, std::move(changed));
        return;
      }
      case Kind::kObject: {
        const Path here{.parent = &path, .name = field->name()};
        WalkInner(*reflection.MutableMessage(&object, field), *plan.type, here);
        return;
      }
      case Kind::kEnum: {
        const int value = reflection.GetEnumValue(object, field);
        if (field->enum_type()->FindValueByNumber(value) != nullptr) return;
        // Unset is "nobody said"; the rules of an HSDS list then speak.
        reflection.SetEnumValue(&object, field, 0);
        UnknownNumber({.parent = &path, .name = field->name()});
        return;
      }
      case Kind::kOther:
        return;
    }
  }

  void WalkList(Message& object, const Reflection& reflection,
                const FieldPlan& plan, const Path& path) {
    const FieldDescriptor* const field = plan.field;
    const int size = reflection.FieldSize(object, field);
    if (size > kListEntriesMax) return TooMany(path, *field);
    for (int i = 0; i < size; ++i) {
      const Path here{.parent = &path, .name = field->name(), .index = i};
      if (plan.kind == Kind::kObject) {
        WalkInner(*reflection.MutableRepeatedMessage(&object, field, i),
                  *plan.type, here);
      } else if (plan.kind == Kind::kText) {
        std::string text = reflection.GetRepeatedString(object, field, i);
        if (IsShortAndPlain(text)) continue;
        if (TextRules(plan, text, here)) {
          reflection.SetRepeatedString(&object, field, i, std::move(text));
        }
      } else if (plan.kind == Kind::kEnum) {
        const int value = reflection.GetRepeatedEnumValue(object, field, i);
        if (field->enum_type()->FindValueByNumber(value) == nullptr) {
          reflection.SetRepeatedEnumValue(&object, field, i, 0);
          UnknownNumber(here);
        }
      }
    }
  }

  // Returns false where the text is refused.
  bool TextRules(const FieldPlan& plan, std::string& text, const Path& path) {
    if (text.size() > plan.limit.bytes) {
      TooLong(path, plan.limit);
      return false;
    }
    const TextState state =
        plan.is_sources_own ? CheckText(text) : NormaliseText(text);
    switch (state) {
      case TextState::kGood:
      case TextState::kComposed:
        return true;
      case TextState::kControlsReplaced:
        context_.report.Kept(path, "",
                             {.reason = "control-character",
                              .value_class = "text",
                              .message = "control characters became spaces",
                              .hint = "text without control characters"});
        return true;
      case TextState::kNotUtf8:
        context_.report.Skip(path, "",
                             {.reason = "not-utf8",
                              .value_class = "bytes",
                              .message = "this is not UTF-8 text",
                              .hint = "write the file in UTF-8"});
        return false;
      case TextState::kNul:
        context_.report.Skip(path, "",
                             {.reason = "control-character",
                              .value_class = "text",
                              .message = "the text holds a NUL character",
                              .hint = "text without control characters"});
        return false;
    }
    return false;
  }

  void TooLong(const Path& path, const TextLimit& limit) {
    context_.report.Skip(
        path, "",
        {.reason = "too-long",
         .value_class = "text",
         .message = absl::StrCat("this is longer than ", limit.name),
         .hint = absl::StrCat("at most ", limit.bytes, " bytes")});
  }

  void TooMany(const Path& path, const FieldDescriptor& field) {
    context_.report.Skip(
        path, field.name(),
        {.reason = "too-many",
         .value_class = "list",
         .message = "this list is longer than kListEntriesMax",
         .hint = absl::StrCat("at most ", kListEntriesMax, " entries")});
  }

  void UnknownNumber(const Path& path) {
    context_.report.Kept(path, "",
                         {.reason = "unknown-code",
                          .value_class = "number",
                          .message = "this version does not know the value",
                          .hint = "a value of the schema of this server"});
  }

  void DropUnknown(Message& object, const Path& path) {
    context_.report.Notice(
        path, "",
        {.reason = "unknown-field",
         .value_class = "bytes",
         .message = "this version does not know a field that was sent; the "
                    "field was left out",
         .hint = "a server that is as new as the program that sent it"});
    object.GetReflection()->MutableUnknownFields(&object)->Clear();
  }

  const RuleContext& context_;
};

// --- Rows -------------------------------------------------------------------

// Where numbers of this row are dialled.
std::string RegionOf(const v1::Row& row) {
  for (const v1::Record& record : row.records()) {
    for (const v1::Address& address : record.location().addresses()) {
      if (const auto country = CountryCode(address.country())) return *country;
    }
  }
  return "US";
}

Message* ContentOf(v1::Record& record) {
  const FieldDescriptor* field =
      record.GetReflection()->GetOneofFieldDescriptor(
          record, v1::Record::descriptor()->oneof_decl(0));
  if (field == nullptr) return nullptr;
  return record.GetReflection()->MutableMessage(&record, field);
}

void NormaliseRecord(v1::Record& record, const Path& path, IdMapper& mapper,
                     const NormaliseContext& context,
                     const RuleContext& rules) {
  Message* const content = ContentOf(record);
  if (content == nullptr) {
    rules.report.Skip(path, "",
                      {.reason = "missing-field",
                       .value_class = "empty",
                       .message = "the record is of no kind",
                       .hint = "a service, organization, location, ..."});
    return;
  }
  // Ids first: they are what the source wrote, byte for byte.
  MapIds(record, path, mapper, context, rules.report);
  if (rules.report.skipped()) return;
  Walker(rules).Walk(*content, PlanOf(*content->GetDescriptor()), path);
  FillRecordProvenance(record, rules);
}

// The fields that lead to a flag.
const TypeReach& Flags() {
  static const TypeReach* const flags = new TypeReach(
      *v1::Row::descriptor(),
      [](const auto& type) { return &type == v1::Visibility::descriptor(); });
  return *flags;
}

// Whether anything in the object, however deep, is flagged as a place that must
// not be shown.
bool IsFlagged(const Message& object) {
  const google::protobuf::Descriptor* const type = object.GetDescriptor();
  if (type == v1::Visibility::descriptor()) {
    return static_cast<const v1::Visibility&>(object).confidential_location();
  }
  const Reflection& reflection = *object.GetReflection();
  for (const FieldDescriptor* field : Flags().FieldsOf(*type)) {
    if (!field->is_repeated()) {
      if (reflection.HasField(object, field) &&
          IsFlagged(reflection.GetMessage(object, field))) {
        return true;
      }
      continue;
    }
    for (int i = 0; i < reflection.FieldSize(object, field); ++i) {
      if (IsFlagged(reflection.GetRepeatedMessage(object, field, i))) {
        return true;
      }
    }
  }
  return false;
}

// Even how long a value is says something of a private row.
void WithholdClasses(std::vector<v1::Finding>& findings) {
  for (v1::Finding& finding : findings) finding.set_value_class("withheld");
}

bool CheckRow(const v1::Row& row, RowReport& report) {
  const Path top;
  if (row.records_size() == 0) {
    report.Skip(top, "",
                {.reason = "missing-field",
                 .value_class = "empty",
                 .message = "the row has no record",
                 .hint = "at least one record"});
  } else if (row.records_size() > kRowRecordsMax) {
    report.Skip(top, "",
                {.reason = "too-many",
                 .value_class = "list",
                 .message = "the row has more records than kRowRecordsMax",
                 .hint = absl::StrCat("at most ", kRowRecordsMax)});
  }
  return !report.skipped();
}

}  // namespace

NormalisedRow NormaliseRow(v1::Row row, const NormaliseContext& context) {
  HANDRAIL_CHECK(!context.source.empty());
  RowReport report(row.origin());
  NormalisedRow done;
  if (CheckRow(row, report)) {
    const RuleContext rules{.report = report,
                            .source = context.source,
                            .as_of = context.as_of,
                            .region = RegionOf(row)};
    IdMapper mapper(context);
    // The last record is what the row is about; paths in the others begin with
    // their kind, as they do in nested JSON.
    for (int i = row.records_size() - 1; i >= 0 && !report.skipped(); --i) {
      v1::Record& record = *row.mutable_records(i);
      const bool main = i == row.records_size() - 1;
      const Path path{.name = main ? std::string_view()
                                   : KindName(RecordTypeOf(record))};
      NormaliseRecord(record, path, mapper, context, rules);
    }
  }
  done.skipped = report.skipped();
  done.findings = report.Take();
  // No rule takes a flag away, nor an object that has one.
  if (!done.findings.empty() && IsFlagged(row)) WithholdClasses(done.findings);
  if (done.skipped) return done;
  done.records.reserve(row.records_size());
  for (v1::Record& record : *row.mutable_records()) {
    done.records.push_back(std::move(record));
  }
  return done;
}

}  // namespace handrail::storage
