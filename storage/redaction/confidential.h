// What is left of a record whose place must not be found.
//
// It is built anew from what is kept, not cut down from what there is: a field
// that confidential.cc does not copy is withheld, also one that a later version
// of the schema adds. Text is copied only in a shape that cannot hold an
// address (coarse.h); names of organizations and services, the county and the
// ids that normalising gave are the exceptions. Pure functions.
#pragma once

#include "handrail/v1/record.pb.h"

namespace handrail::storage {

// The public part of a flagged organization, program, service or location, of
// which restricted contacts are already withheld. `visibility` is what holds
// for it, its own flags and those of its place; it is set on the result, so
// that whoever reads it knows.
v1::Record ConfidentialProjection(const v1::Record& record,
                                  const v1::Visibility& visibility);

}  // namespace handrail::storage
