<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Joomla;

\defined('_JEXEC') or die;

/** A form that somebody sent to the site. data: everything in it, nested, passwords included: not for anybody else. */
final class Caught
{
    /** @param  array<array-key, mixed>  $data */
    public function __construct(
        public readonly string $source,
        public readonly string $formId,
        #[\SensitiveParameter]
        public readonly array $data
    ) {
    }
}
