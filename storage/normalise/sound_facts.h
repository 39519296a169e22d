// A quick look at the small messages that records consist of for the most part
// (a recovery fact, a term, an area): whether the general walk over one of them
// would find nothing to do. Thousands of them go by for each one that has.
//
// Pure functions; any number of threads.
//
//   const SoundLook look = SoundLookOf(*value.GetDescriptor());
//   if (look != nullptr && look(value)) continue;
#pragma once

#include <google/protobuf/message.h>

#include <string>

namespace handrail::storage {

// Text that is within every limit and in its normal form: most of it.
bool IsShortAndPlain(const std::string& text);

// True only where every text in `object` is short and plain, every list short,
// every enum value known, and no field unknown. REQUIRES: it is of the type
// that the look was asked for.
using SoundLook = bool (*)(const google::protobuf::Message& object);

// The look for a type; null where there is none: then the general walk has to
// do it. Also null for a type that has other fields than when its look was
// written.
SoundLook SoundLookOf(const google::protobuf::Descriptor& type);

}  // namespace handrail::storage
