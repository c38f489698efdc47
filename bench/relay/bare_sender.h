// What libcurl gives a program that sends bodies to one receiver and does nothing else.
#pragma once

#include <string>

namespace parley::bench {

// POSTs `body` `count` times with the headers a delivery has, `at_once` of them under way at a time, over connections that are kept. Deliveries a
// second; negative when one failed.
double BareSenderRate(const std::string& url, const std::string& body, int count, int at_once);

}  // namespace parley::bench
