<?php

/**
 * Stand-ins for what the thin layer uses of Joomla, as small as its tests allow.
 *
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Joomla\Registry {
    class Registry
    {
        private array $values;

        public function __construct(string|array $values = [])
        {
            $this->values = \is_array($values) ? $values : (array) json_decode($values, true);
        }

        public function get(string $name, mixed $default = null): mixed
        {
            return ($this->values[$name] ?? '') === '' ? $default : $this->values[$name];
        }

        public function toArray(): array
        {
            return $this->values;
        }
    }
}

namespace Joomla\Database {
    interface DatabaseInterface
    {
    }

    interface QueryInterface
    {
    }

    final class ParameterType
    {
        public const INTEGER = 'int';
        public const STRING = 'string';
        public const NULL = 'null';
    }
}

namespace Joomla\Http {
    /** Runs PHP's curl with the options that it is given, as Joomla's does. */
    final class HttpFactory
    {
        public static array $options = [];

        public function getHttp(array $options, string|array|null $adapters = null): Http
        {
            self::$options = $options;

            return new Http($options['transport.curl']);
        }
    }

    final class Http
    {
        public function __construct(private readonly array $options)
        {
        }

        public function post(string $url, string $body, array $headers, int $timeout): Response
        {
            $curl = curl_init($url);
            curl_setopt_array($curl, [
                CURLOPT_POSTFIELDS => $body, CURLOPT_RETURNTRANSFER => true, CURLOPT_TIMEOUT => $timeout, CURLOPT_PROXY => '',
            ]);
            curl_setopt_array($curl, $this->options);
            $content = curl_exec($curl);

            return \is_string($content)
                ? new Response((int) curl_getinfo($curl, CURLINFO_RESPONSE_CODE), $content)
                : throw new \RuntimeException(curl_error($curl));
        }
    }

    final class Response
    {
        public function __construct(private readonly int $status, private readonly string $body)
        {
        }

        public function getStatusCode(): int
        {
            return $this->status;
        }

        public function getBody(): string
        {
            return $this->body;
        }

        public function getHeaders(): array
        {
            return [];
        }
    }
}

namespace Joomla\CMS {
    final class Factory
    {
        public static ?\Joomla\Database\DatabaseInterface $database = null;

        public static function getContainer(): object
        {
            return new class () {
                public function get(string $name): ?object
                {
                    return Factory::$database;
                }
            };
        }
    }
}

namespace Joomla\CMS\Language {
    /** Says the key, and what is filled in. */
    final class Text
    {
        public static function _(string $key): string
        {
            return $key;
        }

        public static function sprintf(string $key, mixed ...$values): string
        {
            return implode(' ', [$key, ...$values]);
        }
    }
}

namespace Joomla\CMS\HTML {
    final class HTMLHelper
    {
        public static function _(string $key, mixed ...$values): string
        {
            return (string) $values[0];
        }
    }
}

namespace Joomla\CMS\Plugin {
    final class PluginHelper
    {
        public static function getLayoutPath(string $group, string $name, string $layout): string
        {
            return \dirname(__DIR__, 2) . "/plugin/tmpl/$layout.php";
        }
    }
}

namespace Joomla\CMS\Session {
    final class Session
    {
        public static bool $isTokenRight = true;

        public static function checkToken(string $method): bool
        {
            return self::$isTokenRight && $method === 'post';
        }
    }
}

namespace Joomla\CMS\Form {
    abstract class FormField
    {
        public string $id = 'jform_box';
        public string $name = 'jform[box]';
        public mixed $value = '';
        public ?\SimpleXMLElement $element = null;
        protected $hint = '';

        public function html(): string
        {
            return $this->getInput();
        }

        protected function getInput()
        {
            return '';
        }

        protected function getLayoutData()
        {
            return [];
        }
    }
}

namespace Joomla\CMS\Form\Field {
    class PasswordField extends \Joomla\CMS\Form\FormField
    {
    }

    /** Puts http:// before what has no scheme, and finds everything good. */
    class UrlField extends \Joomla\CMS\Form\FormField
    {
        public function filter($value, $group = null, ?\Joomla\Registry\Registry $input = null)
        {
            return $value === '' || str_contains($value, '://') ? $value : 'http://' . $value;
        }

        public function validate($value, $group = null, ?\Joomla\Registry\Registry $input = null)
        {
            return true;
        }
    }
}

namespace Joomla\CMS\Application {
    /** One request: who asks, for what. */
    class CMSApplication
    {
        public array $headers = [];
        public bool $isSessionClosed = false;

        /** @param  array<string, string>  $values  of the form, the address and the cookies alike */
        public function __construct(
            private readonly string $client,
            private readonly string $method = 'GET',
            private readonly array $values = [],
            private readonly bool $mayManage = false
        ) {
        }

        public function isClient(string $client): bool
        {
            return $client === $this->client;
        }

        public function getInput(): object
        {
            return new class ($this->method, $this->values) {
                public readonly self $post;
                public readonly self $cookie;

                public function __construct(private readonly string $method, private readonly array $values)
                {
                    $this->post = $this;
                    $this->cookie = $this;
                }

                public function getMethod(): string
                {
                    return $this->method;
                }

                public function getCmd(string $name, string $default = ''): string
                {
                    return $this->values[$name] ?? $default;
                }

                public function getString(string $name, string $default = ''): string
                {
                    return $this->values[$name] ?? $default;
                }

                public function getInt(string $name): int
                {
                    return (int) ($this->values[$name] ?? 0);
                }
            };
        }

        public function getIdentity(): object
        {
            return new class ($this->mayManage) {
                public function __construct(private readonly bool $mayManage)
                {
                }

                public function authorise(string $action, string $asset): bool
                {
                    return $this->mayManage && $action === 'core.manage' && $asset === 'com_plugins';
                }
            };
        }

        public function setHeader(string $name, string $value, bool $replace): void
        {
            $this->headers[$name] = $value;
        }

        public function getSession(): object
        {
            return new class ($this) {
                public function __construct(private readonly CMSApplication $app)
                {
                }

                public function close(): void
                {
                    $this->app->isSessionClosed = true;
                }
            };
        }
    }
}
