<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Posting;

\defined('_JEXEC') or die;

/** Signs as https://www.standardwebhooks.com asks: HMAC-SHA256 over "id.timestamp.body", version 1. */
final class Signature
{
    private const PREFIX = 'whsec_';

    private readonly string $key;

    /**
     * @param   string  $secret  `whsec_` and base64, as `leadbridge intake show` prints it; without the prefix, too
     *
     * @throws  InvalidSecret
     */
    public function __construct(#[\SensitiveParameter] string $secret)
    {
        $encoded = trim($secret);
        $encoded = str_starts_with($encoded, self::PREFIX) ? substr($encoded, \strlen(self::PREFIX)) : $encoded;
        $this->key = self::decoded($encoded);
    }

    /** The value of `webhook-signature`. */
    public function of(string $id, int $timestamp, string $body): string
    {
        $digest = hash_hmac('sha256', $id . '.' . $timestamp . '.' . $body, $this->key, true);

        return 'v1,' . base64_encode($digest);
    }

    private static function decoded(#[\SensitiveParameter] string $encoded): string
    {
        if ($encoded === '') {
            throw new InvalidSecret('The secret is empty.');
        }

        if (!preg_match('~^[A-Za-z0-9+/]+={0,2}$~D', $encoded) || \strlen($encoded) % 4 !== 0) {
            throw new InvalidSecret('The secret is not complete: after whsec_ it has to be base64.');
        }

        return base64_decode($encoded);
    }
}
