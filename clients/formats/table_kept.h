// The column x_handrail_kept: what a row of our own tables says and the columns
// of HSDS cannot hold, so that a package loses nothing.
//
// A cell of it is a JSON object, empty where the other cells say it all. Its
// members stand over what the row's cells say:
//
//   {"minimum_age":"12"}     a number in quotation marks; the cell has 12
//   {"beds_free":[1,2]}      a property that HSDS does not name
//   {"id":null}              the part has no id of its own; the cell is made up
//   {"service_id":"s1"}      the part itself names a service
//   {"taxonomy_term":null}   the part does not nest the term it refers to
//   {"x_handrail_part":true} the row is of what others nest, no record
//
// Columns by which rows are joined say where a row belongs, and nothing else:
// what the part itself has under such a name is kept. A member counts as long
// as its column still has the cell that goes with it, so that whoever edits a
// cell is believed. In a table with this column the apostrophe of a cell that
// is safe from formulas (csv_writer.h) is taken away again.
//
// Pure functions; a KeptCell is for one thread.
#pragma once

#include <string>
#include <string_view>

#include "clients/formats/hsds_names.h"
#include "clients/formats/json_tree.h"

namespace handrail::formats {

inline constexpr char kKeptColumn[] = "x_handrail_kept";
inline constexpr char kPartMember[] = "x_handrail_part";

// What a column joins.
enum class JoinColumn {
  kNone,
  // The part to what it is nested in: service_id, link_id, link_entity …
  kOwner,
  // What is nested to its part: taxonomy_term_id, unit_id, a link's
  // location_id.
  kNested,
};
JoinColumn JoinOf(const google::protobuf::Descriptor* type,
                  std::string_view column);

// The field that a part nests what a kNested column refers to:
// "taxonomy_term".
std::string NestedFieldOf(std::string_view column);

// The cell that a value is written in: the text of a string, a number or truth
// value as it is, "" for the others and for what no CSV file can hold.
std::string CellOfJson(std::string_view json);

// The value that a cell is read as; "" for none.
std::string JsonOfCell(std::string_view cell, FieldKind kind);

// The cell without the apostrophe that FormulaSafe put there.
std::string_view WithoutApostrophe(std::string_view cell);

// A cell of the column.
class KeptCell {
 public:
  // False where it is no JSON object, or one with x_handrail, which has a
  // column of its own.
  bool Read(std::string_view cell);

  // The row is of what others nest.
  bool IsPart() const { return document_.root().Find(kPartMember) != nullptr; }
  // The member of that name, nulls too; nullptr where there is none.
  const JsonValue* Find(std::string_view name) const {
    return document_.root().Find(name);
  }
  // The value that counts instead of the column's cell, which is given as it
  // stands in the file; nullptr where the cell counts.
  const JsonValue* Instead(const google::protobuf::Descriptor* type,
                           std::string_view column, FieldKind kind,
                           std::string_view cell) const;
  // All members, in order.
  const JsonValue& object() const { return document_.root(); }

 private:
  JsonDocument document_;
};

}  // namespace handrail::formats
