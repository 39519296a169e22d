// Turns the cells of a table's row into an HSDS object, as its JSON form would
// have it: by the rules of the columns (table_names.h), so that everything
// after is the same for both forms.
//
//   TableRowReader reader(dialect, source, csv.header);
//   const TableRow row = reader.Read(cells, origin, log);
//   row.object->GetDescriptor()…
//
// An empty cell says nothing. Immutable after construction: threads may share
// it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "clients/formats/finding_log.h"
#include "clients/formats/hsds_names.h"
#include "clients/formats/table_names.h"
#include "google/protobuf/message.h"
#include "handrail/v1/ingest_service.pb.h"

namespace handrail::formats {

struct TableRow {
  // nullptr where the row must not be loaded (the finding is made), and for
  // rows that are kept with their owner.
  std::unique_ptr<google::protobuf::Message> object;
  // Ohana services: the location they are given at.
  std::string place;
  // Ids of taxonomy terms.
  std::vector<std::string> terms;
  // The row as a JSON object, where it is kept as it is: rows of tables that
  // HSDS 3 does not have, and schedules whose days cannot be read.
  std::string json;
  // A schedule of a day without hours.
  bool closed = false;
};

// A reference that a row makes: "service_id".
struct OwnerColumn {
  size_t column = 0;
  std::string name;
  const google::protobuf::Descriptor* owner = nullptr;
  // The owner has a list for such parts.
  bool holds = false;
};

class TableRowReader {
 public:
  TableRowReader(TableDialect dialect, SourceTable source,
                 const std::vector<std::string>& header);

  const SourceTable& source() const { return source_; }
  const TableInfo& table() const { return *source_.table; }

  TableRow Read(const std::vector<std::string>& cells,
                const v1::RowOrigin& origin, FindingLog& log) const;

  // The row's cells as a JSON object of texts, empty ones left out.
  std::string Json(const std::vector<std::string>& cells) const;
  // The cell of the field of that name, without space around it; "" when there
  // is none.
  std::string Text(const std::vector<std::string>& cells,
                   std::string_view field) const;
  // Whether a column goes to that field.
  bool Has(std::string_view field) const { return ColumnOf(field) >= 0; }

  // Columns by which a row says what it is a part of, in the order of owners:
  // contact, phone, service at location, service, location, organization.
  const std::vector<OwnerColumn>& owners() const { return owners_; }
  // Whether a column may hold flags of what must not be shown.
  bool has_extension() const { return Has("x_handrail"); }

 private:
  struct Column {
    std::string name;
    ColumnRule rule;
    FieldKind kind = FieldKind::kText;
  };
  class Builder;

  int ColumnOf(std::string_view field) const;
  void FindOwners();

  const TableDialect dialect_;
  const SourceTable source_;
  std::vector<Column> columns_;
  std::vector<OwnerColumn> owners_;
};

// "MO", "MO,WE", "MO,TU,WE,TH,FR" for "Monday", "Mon, Wed", "Mon-Fri", "1" …;
// "" for what names no day. 1 is Monday, and 0 and 7 are Sunday.
std::string WeekdayCodes(std::string_view text);

}  // namespace handrail::formats
