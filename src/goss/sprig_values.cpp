#include "base/strings.hpp"
#include "goss/functions.hpp"
#include "goss/json_path.hpp"
#include "goss/text_values.hpp"
#include "template/text/values.hpp"

#include <algorithm>

// Functions over values of any type, lists and maps.

namespace kiln::goss {

namespace {

using tmpl::TextContext;
using tmpl::TextList;
using tmpl::TextMap;
using tmpl::TextValue;
using tmpl::text::Arguments;
using tmpl::text::as_list;
using tmpl::text::as_map;
using tmpl::text::as_string;
using tmpl::text::CallFailure;
using tmpl::text::FunctionMap;
using tmpl::text::integer_argument;
using tmpl::text::is_true;
using tmpl::text::kAnyNumber;
using tmpl::text::string_argument;
using tmpl::text::to_text;
using tmpl::text::type_name;

const TextList& list_argument(const Arguments& a, std::size_t index) {
    const TextList* list = as_list(a[index]);
    if (list == nullptr) {
        throw CallFailure{
            "argument " + std::to_string(index + 1) + " must be a list, not " +
            type_name(a[index])};
    }
    return *list;
}

const TextMap& map_argument(const Arguments& a, std::size_t index) {
    const TextMap* map = as_map(a[index]);
    if (map == nullptr) {
        throw CallFailure{
            "argument " + std::to_string(index + 1) + " must be a map, not " + type_name(a[index])};
    }
    return *map;
}

bool same(const TextValue& a, const TextValue& b) {
    return to_value(a) == to_value(b);
}

TextValue otherwise(const Arguments& a, const TextContext& /*context*/) {
    return a.size() > 1 && is_true(a[1]) ? a[1] : a[0];
}
TextValue is_empty(const Arguments& a, const TextContext& /*context*/) {
    return !is_true(a[0]);
}
TextValue first_true(const Arguments& a, const TextContext& /*context*/) {
    const auto found = std::find_if(a.begin(), a.end(), &is_true);
    return found == a.end() ? TextValue() : *found;
}
TextValue all_true(const Arguments& a, const TextContext& /*context*/) {
    return std::all_of(a.begin(), a.end(), &is_true);
}
TextValue any_true(const Arguments& a, const TextContext& /*context*/) {
    return std::any_of(a.begin(), a.end(), &is_true);
}
TextValue ternary(const Arguments& a, const TextContext& /*context*/) {
    return is_true(a[2]) ? a[0] : a[1];
}
TextValue fail(const Arguments& a, const TextContext& /*context*/) {
    throw CallFailure{string_argument(a, 0)};
}
TextValue kind_of(const Arguments& a, const TextContext& /*context*/) {
    return std::string_view(type_name(a[0])) == "list" ? "slice" : type_name(a[0]);
}
TextValue is_kind(const Arguments& a, const TextContext& context) {
    return *as_string(kind_of({a[1]}, context)) == string_argument(a, 0);
}
TextValue to_json_text(const Arguments& a, const TextContext& /*context*/) {
    return to_json(to_value(a[0]));
}
TextValue from_json_text(const Arguments& a, const TextContext& /*context*/) {
    const auto value = parse_json(string_argument(a, 0));
    if (!value) {
        throw CallFailure{"this is no JSON"};
    }
    return to_text_value(*value);
}

TextValue make_list(const Arguments& a, const TextContext& /*context*/) {
    return TextList(a.begin(), a.end());
}
TextValue first(const Arguments& a, const TextContext& /*context*/) {
    const TextList& list = list_argument(a, 0);
    return list.empty() ? TextValue() : list.front();
}
TextValue last(const Arguments& a, const TextContext& /*context*/) {
    const TextList& list = list_argument(a, 0);
    return list.empty() ? TextValue() : list.back();
}
TextValue rest(const Arguments& a, const TextContext& /*context*/) {
    const TextList& list = list_argument(a, 0);
    return list.empty() ? TextList() : TextList(list.begin() + 1, list.end());
}
TextValue initial(const Arguments& a, const TextContext& /*context*/) {
    const TextList& list = list_argument(a, 0);
    return list.empty() ? TextList() : TextList(list.begin(), list.end() - 1);
}
TextValue append(const Arguments& a, const TextContext& /*context*/) {
    TextList list = list_argument(a, 0);
    list.push_back(a[1]);
    return list;
}
TextValue prepend(const Arguments& a, const TextContext& /*context*/) {
    TextList list = list_argument(a, 0);
    list.insert(list.begin(), a[1]);
    return list;
}
TextValue concat(const Arguments& a, const TextContext& /*context*/) {
    TextList all;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const TextList& list = list_argument(a, i);
        all.insert(all.end(), list.begin(), list.end());
    }
    return all;
}
TextValue reverse(const Arguments& a, const TextContext& /*context*/) {
    TextList list = list_argument(a, 0);
    std::reverse(list.begin(), list.end());
    return list;
}
TextValue unique(const Arguments& a, const TextContext& /*context*/) {
    TextList out;
    for (const TextValue& element : list_argument(a, 0)) {
        if (std::none_of(out.begin(), out.end(), [&](const auto& o) { return same(o, element); })) {
            out.push_back(element);
        }
    }
    return out;
}
TextValue without(const Arguments& a, const TextContext& /*context*/) {
    TextList out;
    for (const TextValue& element : list_argument(a, 0)) {
        if (std::none_of(a.begin() + 1, a.end(), [&](const auto& o) { return same(o, element); })) {
            out.push_back(element);
        }
    }
    return out;
}
TextValue compact(const Arguments& a, const TextContext& /*context*/) {
    TextList list = list_argument(a, 0);
    std::erase_if(list, [](const TextValue& element) { return !is_true(element); });
    return list;
}
TextValue has(const Arguments& a, const TextContext& /*context*/) {
    const TextList& list = list_argument(a, 1);
    return std::any_of(list.begin(), list.end(), [&](const auto& o) { return same(o, a[0]); });
}
TextValue slice(const Arguments& a, const TextContext& /*context*/) {
    const TextList& list = list_argument(a, 0);
    const auto size = static_cast<std::int64_t>(list.size());
    const std::int64_t begin = a.size() > 1 ? integer_argument(a, 1) : 0;
    const std::int64_t end = a.size() > 2 ? integer_argument(a, 2) : size;
    if (begin < 0 || end > size || begin > end) {
        throw CallFailure{"the slice is out of range"};
    }
    return TextList(list.begin() + begin, list.begin() + end);
}

TextValue make_map(const Arguments& a, const TextContext& /*context*/) {
    TextMap map;
    for (std::size_t i = 0; i < a.size(); i += 2) {
        map.insert_or_assign(to_text(a[i]), i + 1 < a.size() ? a[i + 1] : TextValue(""));
    }
    return map;
}
TextValue get(const Arguments& a, const TextContext& /*context*/) {
    const TextMap& map = map_argument(a, 0);
    const auto found = map.find(string_argument(a, 1));
    return found == map.end() ? TextValue("") : found->second;
}
TextValue has_key(const Arguments& a, const TextContext& /*context*/) {
    return map_argument(a, 0).contains(string_argument(a, 1));
}
TextValue keys(const Arguments& a, const TextContext& /*context*/) {
    TextList list;
    for (std::size_t i = 0; i < a.size(); ++i) {
        for (const auto& [key, value] : map_argument(a, i)) {
            list.emplace_back(key);
        }
    }
    return list;
}
TextValue values(const Arguments& a, const TextContext& /*context*/) {
    TextList list;
    for (const auto& [key, value] : map_argument(a, 0)) {
        list.push_back(value);
    }
    return list;
}
TextMap chosen(const Arguments& a, bool named) {
    TextMap out;
    for (const auto& [key, value] : map_argument(a, 0)) {
        bool is_named = false;
        for (std::size_t i = 1; i < a.size(); ++i) {
            is_named = is_named || string_argument(a, i) == key;
        }
        if (is_named == named) {
            out.insert_or_assign(key, value);
        }
    }
    return out;
}
TextValue pick(const Arguments& a, const TextContext& /*context*/) {
    return chosen(a, true);
}
TextValue omit(const Arguments& a, const TextContext& /*context*/) {
    return chosen(a, false);
}
TextValue pluck(const Arguments& a, const TextContext& /*context*/) {
    TextList list;
    for (std::size_t i = 1; i < a.size(); ++i) {
        const auto found = map_argument(a, i).find(string_argument(a, 0));
        if (found != map_argument(a, i).end()) {
            list.push_back(found->second);
        }
    }
    return list;
}
// A key of an earlier map stays.
TextValue merge(const Arguments& a, const TextContext& /*context*/) {
    TextMap out;
    for (std::size_t i = 0; i < a.size(); ++i) {
        for (const auto& [key, value] : map_argument(a, i)) {
            out.try_emplace(key, value);
        }
    }
    return out;
}
// dig "a" "b" default map
TextValue dig(const Arguments& a, const TextContext& /*context*/) {
    TextValue value = a.back();
    for (std::size_t i = 0; i + 2 < a.size(); ++i) {
        const TextMap* map = as_map(value);
        const auto found =
            map == nullptr ? TextMap::const_iterator() : map->find(string_argument(a, i));
        if (map == nullptr || found == map->end()) {
            return a[a.size() - 2];
        }
        const TextValue next = found->second;
        value = next;
    }
    return value;
}

}  // namespace

FunctionMap sprig_list_functions() {
    return {
        {"append", {2, 2, append}},
        {"compact", {1, 1, compact}},
        {"concat", {1, kAnyNumber, concat}},
        {"first", {1, 1, first}},
        {"has", {2, 2, has}},
        {"initial", {1, 1, initial}},
        {"last", {1, 1, last}},
        {"list", {0, kAnyNumber, make_list}},
        {"prepend", {2, 2, prepend}},
        {"rest", {1, 1, rest}},
        {"reverse", {1, 1, reverse}},
        {"slice", {1, 3, slice}},
        {"tuple", {0, kAnyNumber, make_list}},
        {"uniq", {1, 1, unique}},
        {"without", {1, kAnyNumber, without}},
    };
}

FunctionMap sprig_map_functions() {
    return {
        {"all", {0, kAnyNumber, all_true}},
        {"any", {0, kAnyNumber, any_true}},
        {"coalesce", {0, kAnyNumber, first_true}},
        {"default", {1, 2, otherwise}},
        {"dict", {0, kAnyNumber, make_map}},
        {"dig", {3, kAnyNumber, dig}},
        {"empty", {1, 1, is_empty}},
        {"fail", {1, 1, fail}},
        {"fromJson", {1, 1, from_json_text}},
        {"get", {2, 2, get}},
        {"hasKey", {2, 2, has_key}},
        {"keys", {1, kAnyNumber, keys}},
        {"kindIs", {2, 2, is_kind}},
        {"kindOf", {1, 1, kind_of}},
        {"merge", {1, kAnyNumber, merge}},
        {"omit", {1, kAnyNumber, omit}},
        {"pick", {1, kAnyNumber, pick}},
        {"pluck", {1, kAnyNumber, pluck}},
        {"ternary", {3, 3, ternary}},
        {"toJson", {1, 1, to_json_text}},
        {"values", {1, 1, values}},
    };
}

}  // namespace kiln::goss
