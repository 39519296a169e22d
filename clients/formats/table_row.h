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
#include "clients/formats/table_kept.h"
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
  // The table is one of ours (table_kept.h). Then parts refer to the row by
  // `id`, which need not be the object's own.
  bool ours = false;
  std::string id;
  // Id of the term or unit that is nested in the object; "" for none.
  std::string nests;
  // No record, but what others nest.
  bool is_part = false;
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
  // The id in such a column, without space around it.
  std::string OwnerId(const OwnerColumn& owner,
                      const std::vector<std::string>& cells) const {
    return CellId(cells[owner.column]);
  }
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
  std::string CellId(const std::string& cell) const;
  // A field's value into the object, of one of our own tables as it was.
  void AddField(const Column& column, const std::string& cell,
                const KeptCell& kept, Builder& built) const;
  void AddKept(const KeptCell& kept, Builder& built) const;
  void SetNested(const std::vector<std::string>& cells, const KeptCell& kept,
                 TableRow& row) const;

  const TableDialect dialect_;
  const SourceTable source_;
  std::vector<Column> columns_;
  std::vector<OwnerColumn> owners_;
  // Of x_handrail_kept; -1 in tables of others.
  int kept_ = -1;
};

}  // namespace handrail::formats
