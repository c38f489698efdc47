#include "relay/bare_sender.h"

#include <curl/curl.h>

#include <chrono>
#include <vector>

namespace parley::bench {
namespace {

std::size_t Ignore(char*, std::size_t size, std::size_t count, void*) {
  return size * count;
}

}  // namespace

double BareSenderRate(const std::string& url, const std::string& body, int count, int at_once) {
  CURLM* multi = curl_multi_init();
  curl_slist* headers = nullptr;
  for (const char* line : {"Content-Type: application/json", "User-Agent: Parley",
                           "webhook-id: msg_019b8c0de1a00123456789abcdef01234567", "webhook-timestamp: 1767608130",
                           "webhook-signature: v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=", "Expect:"})
    headers = curl_slist_append(headers, line);
  std::vector<CURL*> handles;
  for (int i = 0; i < at_once; ++i) {
    CURL* handle = curl_easy_init();
    curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE, static_cast<long>(body.size()));
    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, body.c_str());
    curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &Ignore);
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl_multi_add_handle(multi, handle);
    handles.push_back(handle);
  }
  const auto began = std::chrono::steady_clock::now();
  int begun = at_once;
  int done = 0;
  int failed = 0;
  while (done < count) {
    int running = 0;
    curl_multi_perform(multi, &running);
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi, &left)) {
      CURL* handle = message->easy_handle;
      failed += message->data.result == CURLE_OK ? 0 : 1;
      ++done;
      curl_multi_remove_handle(multi, handle);
      if (begun < count) {
        curl_multi_add_handle(multi, handle);
        ++begun;
      }
    }
    if (done < count) curl_multi_poll(multi, nullptr, 0, 1000, nullptr);
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  for (CURL* handle : handles) {
    curl_multi_remove_handle(multi, handle);
    curl_easy_cleanup(handle);
  }
  curl_slist_free_all(headers);
  curl_multi_cleanup(multi);
  return failed > 0 ? -1 : static_cast<double>(count) / took.count();
}

}  // namespace parley::bench
