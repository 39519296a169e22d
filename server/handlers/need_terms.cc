#include "server/handlers/need_terms.h"

#include <algorithm>

#include "storage/base/status.h"

namespace handrail::server {

absl::StatusOr<std::optional<matcher::TermIndex>> FindNeedTerm(
    const std::string& field, const std::string& id) {
  if (id.empty()) return std::optional<matcher::TermIndex>();
  const std::optional<matcher::TermIndex> term =
      matcher::BuiltInTaxonomy().Find(id);
  if (!term.has_value()) {
    return InvalidField(field,
                        "must be a need term; ListNeedTerms has all of them");
  }
  return term;
}

bool AnswersNeed(const google::protobuf::RepeatedPtrField<v1::NeedTerm>& terms,
                 matcher::TermIndex asked) {
  const matcher::Taxonomy& taxonomy = matcher::BuiltInTaxonomy();
  return std::any_of(terms.begin(), terms.end(), [&](const v1::NeedTerm& term) {
    const std::optional<matcher::TermIndex> index = taxonomy.Find(term.term());
    return index.has_value() && taxonomy.Covers(asked, *index);
  });
}

absl::StatusOr<v1::ListNeedTermsResponse> NeedTerms(
    const v1::ListNeedTermsRequest& request) {
  const matcher::Taxonomy& taxonomy = matcher::BuiltInTaxonomy();
  HANDRAIL_ASSIGN_OR_RETURN(const std::optional<matcher::TermIndex> under,
                            FindNeedTerm("under", request.under()));
  // By its primary subtag: "es-MX" is Spanish.
  const std::string language =
      request.language().empty()
          ? "en"
          : request.language().substr(0, request.language().find('-'));
  const auto has_language = [&](matcher::TermIndex i) {
    return taxonomy.term(i).labels.contains(language);
  };
  if (taxonomy.size() > 0 && !has_language(0)) {
    return InvalidField("language", "must be a language of the labels: en, es");
  }
  v1::ListNeedTermsResponse response;
  for (matcher::TermIndex i = 0; i < taxonomy.size(); ++i) {
    if (under.has_value() && !taxonomy.Covers(*under, i)) continue;
    const matcher::Term& term = taxonomy.term(i);
    v1::NeedTermInfo& info = *response.add_terms();
    info.set_id(term.id);
    for (const matcher::TermIndex parent : term.parents) {
      info.add_parents(taxonomy.term(parent).id);
    }
    info.set_label(std::string(taxonomy.Label(i, language)));
    info.set_description(std::string(taxonomy.Description(i, language)));
    for (const std::string& synonym : taxonomy.Synonyms(i, language)) {
      info.add_synonyms(synonym);
    }
  }
  return response;
}

}  // namespace handrail::server
