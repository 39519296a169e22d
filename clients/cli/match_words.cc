#include "clients/cli/match_words.h"

#include <algorithm>

namespace handrail::cli {
namespace {

const MatchWords& English() {
  static const auto* const words = new MatchWords{
      .language = "en",
      .fits = "fits",
      .check_first = "check first",
      .does_not_fit = "does not fit",
      .title = "$0 [$1; $2 points]",
      .with_points = "$0 ($1 of $2 points)",
      .away = "$0 away",
      .about_away = "about $0 away",
      .minutes = "about $0 min",
      .extension = "$0 ext. $1",
      .fax = "$0 (fax)",
      .note = "Note: $0",
      .why = "Why",
      .why_not = "Why not",
      .not_sure_of = "Not sure of",
      .ask_first = "Ask first",
      .ask_first_by = "Ask first, by $0 at $1",
      .their_rules = "Their rules",
      .bring = "Bring",
      .recorded = "Recorded",
      .contact = "Contact",
      .also_listed = "The same place is listed as",
      .next_steps = "What often comes next",
      .whole_state = ", in the whole state",
      .within = ", within $0",
      .count_one = ": $0 fits, $1 to check first",
      .count_many = ": $0 fit, $1 to check first",
      .place_unknown = "; $0 more have no known place",
      .today = "Something for today:",
      .range = "Different things to choose from:",
      .range_title = "$0. $1 [$2 points]",
      .near_misses = "What would nearly fit:",
      .relaxations = "What there would be with fewer wishes",
      .exclusions = "Why others do not fit",
      .nothing =
          "Nothing recorded answers this. Try a wider reach, fewer "
          "musts, or other words.",
      .as_of =
          "As of $0, directory revision $1. Nothing here is a promise: "
          "call before going.",
      .term_heads = {"TERM", "LABEL", "UNDER"},
      .ask_by = {{"voice", "phone"}},
      .reach_by = {{"voice", "call"}},
  };
  return *words;
}

const MatchWords& Spanish() {
  static const auto* const words = new MatchWords{
      .language = "es",
      .fits = "concuerda",
      .check_first = "preguntar antes",
      .does_not_fit = "no concuerda",
      .title = "$0 [$1; $2 puntos]",
      .with_points = "$0 ($1 de $2 puntos)",
      .away = "a $0",
      .about_away = "a unos $0",
      .minutes = "unos $0 min",
      .extension = "$0 ext. $1",
      .fax = "$0 (fax)",
      .note = "Nota: $0",
      .why = "Por qué",
      .why_not = "Por qué no",
      .not_sure_of = "No es seguro",
      .ask_first = "Pregunte antes",
      .ask_first_by = "Pregunte antes, $0 $1",
      .their_rules = "Sus reglas",
      .bring = "Lleve",
      .recorded = "Lo que dice la lista",
      .contact = "Contacto",
      .also_listed = "El mismo lugar aparece como",
      .next_steps = "Lo que suele seguir",
      .whole_state = ", en todo el estado",
      .within = ", a no más de $0",
      .count_one = ": $0 concuerda, $1 por preguntar antes",
      .count_many = ": $0 concuerdan, $1 por preguntar antes",
      .place_unknown = "; de $0 más no se sabe el lugar",
      .today = "Algo para hoy:",
      .range = "Cosas distintas para elegir:",
      .range_title = "$0. $1 [$2 puntos]",
      .near_misses = "Lo que casi concuerda:",
      .relaxations = "Lo que habría con menos condiciones",
      .exclusions = "Por qué otros no concuerdan",
      .nothing =
          "Nada de la lista responde a esto. Pruebe más lejos, con "
          "menos condiciones o con otras palabras.",
      .as_of =
          "Al $0, revisión $1 del directorio. Nada de esto es una "
          "promesa: llame antes de ir.",
      .term_heads = {"CLAVE", "NOMBRE", "PARTE DE"},
      .ask_by = {{"voice", "por teléfono al"},
                 {"text", "por mensaje de texto al"},
                 {"email", "por correo electrónico a"},
                 {"web_chat", "por chat en"},
                 {"web_form", "por formulario en"},
                 {"video_relay", "por video con intérprete (relay) al"},
                 {"walk_in", "en persona en"},
                 {"website", "por la página web"}},
      .reach_by = {{"voice", "llame al"},
                   {"text", "mande un texto al"},
                   {"chat", "chat en"},
                   {"video_relay", "video con intérprete (relay) al"},
                   {"tty", "TTY al"}},
  };
  return *words;
}

}  // namespace

const MatchWords& MatchWordsFor(std::string_view language) {
  const std::string_view primary = language.substr(0, language.find('-'));
  return primary == Spanish().language ? Spanish() : English();
}

std::string ChannelWords(const MatchWords::Channels& channels,
                         std::string_view code) {
  for (const auto& [channel, words] : channels) {
    if (channel == code) return words;
  }
  std::string words(code);
  std::replace(words.begin(), words.end(), '_', ' ');
  return words;
}

}  // namespace handrail::cli
