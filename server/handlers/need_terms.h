// The terms of needs, as callers name them and are told of them.
//
// Pure, over the taxonomy that is built in; any thread.
#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "handrail/v1/directory_service.pb.h"
#include "handrail/v1/listing.pb.h"
#include "matcher/taxonomy.h"

namespace handrail::server {

// The term that a request's field names; nothing where it is empty.
// Errors: INVALID_ARGUMENT (INVALID_FIELD) where there is no such term.
absl::StatusOr<std::optional<matcher::TermIndex>> FindNeedTerm(
    const std::string& field, const std::string& id);

// Whether a listing with these terms is for this need, or for a narrower one.
bool AnswersNeed(const google::protobuf::RepeatedPtrField<v1::NeedTerm>& terms,
                 matcher::TermIndex asked);

// All terms, or those under one, with their words in a language.
// Errors: INVALID_ARGUMENT (INVALID_FIELD) for an unknown term or language.
absl::StatusOr<v1::ListNeedTermsResponse> NeedTerms(
    const v1::ListNeedTermsRequest& request);

}  // namespace handrail::server
