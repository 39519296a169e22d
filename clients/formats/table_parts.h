// What the rows of tables have to do with each other: which are records, which
// are parts of others, and where a part goes in what it belongs to.
//
// Pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "clients/formats/table_names.h"
#include "google/protobuf/message.h"

namespace handrail::formats {

// Stands for any type in the hash of an id.
inline constexpr std::string_view kAnyType = "*";

// Of a type and an id of it.
uint64_t HashOfId(std::string_view type, std::string_view id);
uint64_t HashOfId(const google::protobuf::Descriptor* type,
                  std::string_view id);

// Its rows are rows of the load; others are parts of them.
bool IsCoreTable(const TableInfo& table);

// The column by which a part names whatever has that id: link_id, resource_id;
// nullptr for tables that name their owners one by one.
const char* LinkColumnOf(const TableInfo& table);

// Whether an object of that type is what a link calls by that word:
// "service_at_location" or "ServiceAtLocation". Words that name no type at all
// do not decide.
bool IsNamed(const google::protobuf::Descriptor* type, std::string_view word);

// The object's id; "" for one without.
std::string PartId(const google::protobuf::Message& object);

// Sets a text. REQUIRES: the message has the field.
void SetTextField(google::protobuf::Message& message, const std::string& name,
                  const std::string& text);

// The list of `owner` that takes such parts; nullptr when there is none.
const google::protobuf::FieldDescriptor* PartListFor(
    const google::protobuf::Message& owner,
    const google::protobuf::Descriptor* part);

// Adds a JSON object to the list of an unknown field of that name.
void KeepInList(google::protobuf::Message& owner, const std::string& name,
                const std::string& json);

// Adds a text that was a row of its own.
void AddTextRow(google::protobuf::Message& owner, const std::string& name,
                const std::string& text);

}  // namespace handrail::formats
