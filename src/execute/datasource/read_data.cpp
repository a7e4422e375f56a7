#include "execute/datasource/read_data.hpp"

#include "base/error.hpp"
#include "execute/datasource/amazon.hpp"
#include "execute/datasource/http.hpp"
#include "hcl/evaluate.hpp"
#include "plan/data_source.hpp"
#include "plan/options/data_sources.hpp"

#include <algorithm>
#include <utility>

namespace kiln::exec {

namespace {

// Whether nothing in the body waits for a value that is not known, and nothing in it is wrong.
bool is_decided(const hcl::Body& body, const hcl::Scope& scope) {
    Diagnostics mistakes;
    const bool known = std::all_of(
        body.attributes.begin(),
        body.attributes.end(),
        [&](const hcl::Attribute& attribute) {
            return hcl::evaluate(*attribute.expression, scope, mistakes).is_wholly_known();
        }
    );
    return known && !mistakes.has_errors();
}

hcl::Value read(
    const std::string& type, const plan::DecodedOptions& options, const DataDoors& doors
) {
    if (type == "http") {
        return read_http(options.as<plan::HttpDataOptions>(), doors.http());
    }
    if (type == "null") {
        const std::string& input = options.as<plan::NullDataOptions>().input;
        return hcl::Value::object({{"output", hcl::Value::string(input)}});
    }
    if (type == "amazon-ami") {
        return read_amazon_ami(options.as<plan::AmazonAmiDataOptions>(), doors.aws());
    }
    if (type == "amazon-parameterstore") {
        return read_amazon_parameter(options.as<plan::AmazonParameterDataOptions>(), doors.aws());
    }
    if (type == "amazon-secretsmanager") {
        return read_amazon_secret(options.as<plan::AmazonSecretDataOptions>(), doors.aws());
    }
    return hcl::Value::unknown();
}

}  // namespace

tmpl::DataReader data_reader(plan::Facts facts, plan::RunFacts run, DataDoors doors) {
    return [facts = std::move(facts), run = std::move(run), doors = std::move(doors)](
               const tmpl::DataBlock& data, const hcl::Scope& scope, Diagnostics& diagnostics
           ) {
        Diagnostics mistakes;
        const plan::DecodedOptions options =
            plan::decode_data_source(data, scope, facts, run, mistakes);
        if (mistakes.has_errors() || !is_decided(data.body, scope)) {
            return hcl::Value::unknown();
        }
        try {
            return read(data.type, options, doors);
        } catch (const Error& error) {
            diagnostics.error(
                data.range, plan::data_source_owner(data) + ": " + error.message(), error.hint()
            );
            return hcl::Value::unknown();
        }
    };
}

}  // namespace kiln::exec
